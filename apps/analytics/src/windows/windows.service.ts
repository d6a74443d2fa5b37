import { Inject, Injectable, Logger } from '@nestjs/common';
import { instanceSeries, serverSeries, windowSeconds, type Figures, type NodeFrame, type ServerId, type VmId } from '@nereid/contracts';
import { VmNames } from '../names/vm-names';
import { SETTINGS, type AnalyticsSettings } from '../tokens';
import { ObjectWindow, type Minute } from './object-window';

/** A minute of one object, to be kept. */
export type FinishedMinute = Minute & { readonly object: string };

/**
 * The windows of everything that is heard of. What a server says of instances is believed of those alone that vmapi placed there, so that no
 * server can speak for another's customers.
 */
@Injectable()
export class Windows {
  private readonly log = new Logger(Windows.name);
  private readonly servers = new Map<ServerId, ObjectWindow>();
  private readonly instances = new Map<VmId, ObjectWindow>();
  private finished: FinishedMinute[] = [];
  private isFull = false;

  constructor(
    @Inject(VmNames) private readonly vms: VmNames,
    @Inject(SETTINGS) private readonly settings: AnalyticsSettings,
  ) {}

  /** Takes a frame in. @param second when it was taken, by our clock */
  ingest(server: ServerId, second: number, frame: NodeFrame): void {
    this.add(this.servers, server, serverSeries, second, frame.server);
    for (const { id, figures } of frame.instances) {
      if (!this.instances.has(id) && !this.hasRoom) continue;
      if (this.vms.isOn(id, server)) this.add(this.instances, id, instanceSeries, second, figures);
    }
  }

  server(id: ServerId): ObjectWindow | undefined {
    return this.servers.get(id);
  }

  instance(id: VmId): ObjectWindow | undefined {
    return this.instances.get(id);
  }

  /** Everything of which something was heard lately. */
  all(): { servers: ReadonlyMap<ServerId, ObjectWindow>; instances: ReadonlyMap<VmId, ObjectWindow> } {
    return { servers: this.servers, instances: this.instances };
  }

  /** Minutes that ended since the last call. */
  takeFinished(): FinishedMinute[] {
    return this.finished.splice(0);
  }

  /** Minutes that could not be written: they are taken again with the next ones, the newest left out when there are too many. */
  putBack(minutes: readonly FinishedMinute[]): void {
    this.finished = [...minutes, ...this.finished].slice(0, this.mostFinished);
  }

  /** Drops windows in which nothing is left. */
  forgetSilent(now: number): void {
    for (const windows of [this.servers, this.instances] as Map<string, ObjectWindow>[])
      for (const [id, window] of windows) if (window.newestSecond < now - windowSeconds) windows.delete(id);
    if (this.hasRoom) this.isFull = false;
  }

  private add<Id extends string>(
    windows: Map<Id, ObjectWindow>,
    id: Id,
    series: ConstructorParameters<typeof ObjectWindow>[0],
    second: number,
    figures: Figures,
  ): void {
    let window = windows.get(id);
    if (!window) {
      if (!this.hasRoom) return this.complain();
      windows.set(id, (window = new ObjectWindow(series)));
    }
    const minute = window.add(second, figures);
    if (minute && this.finished.length < this.mostFinished) this.finished.push({ ...minute, object: id });
  }

  /** Two minutes of everything. */
  private get mostFinished(): number {
    return 2 * this.settings.maxObjects;
  }

  private get hasRoom(): boolean {
    return this.servers.size + this.instances.size < this.settings.maxObjects;
  }

  private complain(): void {
    if (!this.isFull) this.log.warn({ msg: 'no more objects are kept by the second', maxObjects: this.settings.maxObjects });
    this.isFull = true;
  }
}
