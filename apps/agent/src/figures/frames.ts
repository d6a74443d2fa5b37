import { nodeFrames, type NodeFrame, type ServerId, type VmId } from '@nereid/contracts';
import type { ServerDriver } from '@nereid/driver';
import type { Clock } from '@nereid/ports';
import type { InstanceBook } from '../instances/instance-book';
import type { Log } from '../log';
import type { NodeBus } from '../node-bus';
import { instanceFigures, serverFigures } from './figures-of';
import type { Instrumenter } from './instrumenter';

/** Instances looked at for one frame. With more of them a frame has a part, in turn: their counters lose nothing by that. */
const instancesPerFrame = 100;

/** Says one frame of figures a period, at its own place in the second, whatever else goes on. A look that takes too long is not doubled. */
export class Frames {
  private next = 0;
  private isLooking = false;
  private hasComplained = false;

  constructor(
    private readonly options: { readonly everyMs: number; readonly server: ServerId; readonly boot: number },
    private readonly driver: ServerDriver,
    private readonly instances: InstanceBook,
    private readonly instrumenter: Instrumenter,
    private readonly bus: NodeBus,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  start(signal: AbortSignal): void {
    // Thousands of servers must not speak in the same millisecond.
    const offset = (parseInt(this.options.server.slice(0, 8), 16) / 0x1_0000_0000) * this.options.everyMs;
    let stop = this.clock.after(offset, () => {
      stop = this.clock.every(this.options.everyMs, () => void this.say());
    });
    signal.addEventListener('abort', () => stop(), { once: true });
  }

  private async say(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      this.bus.sendFrame(nodeFrames, await this.take());
      this.hasComplained = false;
    } catch (err) {
      if (!this.hasComplained) this.log.warn({ err }, 'the figures of this server could not be taken');
      this.hasComplained = true; // once, and not every second
    } finally {
      this.isLooking = false;
    }
  }

  private async take(): Promise<NodeFrame> {
    const { observe } = this.driver;
    const [server, instances] = await Promise.all([observe.nodeUsage(), observe.instanceUsage(this.turn())]);
    return {
      second: Math.floor(this.clock.nowMs() / 1_000),
      boot: this.options.boot,
      wanted: this.instrumenter.revision,
      server: serverFigures(server),
      instances: instances.map((usage) => ({ id: usage.id, figures: instanceFigures(usage) })),
      samples: this.instrumenter.samples(),
    };
  }

  /** The instances whose turn it is. */
  private turn(): readonly VmId[] {
    const ids = this.instances.ids();
    if (ids.length <= instancesPerFrame) return ids;
    const from = this.next % ids.length;
    this.next = from + instancesPerFrame;
    return [...ids.slice(from, from + instancesPerFrame), ...ids.slice(0, Math.max(0, from + instancesPerFrame - ids.length))];
  }
}
