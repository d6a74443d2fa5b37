import type { Duplex } from 'node:stream';
import type { VmId } from '@nereid/contracts';
import { DriverError, EventHub, type ImageFacts, type InstanceEvent, type TaskContext } from '@nereid/driver';
import type { Clock } from '@nereid/ports';
import { Faults } from './faults';
import { Latency } from './latency';
import type { Operation } from './operations';
import type { StateFolder } from './state-folder';
import { partsOf, type StoredInstance } from './stored-instance';

/** What one simulated server consists of; shared by the groups of its driver. */
export class World {
  readonly faults = new Faults();
  readonly events = new EventHub<InstanceEvent>();
  readonly instances = new Map<VmId, StoredInstance>();
  readonly images = new Map<string, ImageFacts>();
  readonly metadata = new Map<VmId, { accept: (guest: Duplex) => void; open: Set<Duplex> }>();
  private readonly endListeners: ((id: VmId) => void)[] = [];
  private busy = 0;
  private pids = 1000;

  constructor(
    readonly clock: Clock,
    private readonly latency: Latency,
    private readonly folder: StateFolder | undefined,
  ) {
    for (const image of folder?.loadImages() ?? []) this.images.set(image.id, image);
    for (const stored of folder?.loadInstances() ?? []) {
      // What was on its way when the process died came to rest where it was going: guests do not wait for agents.
      if (stored.phase === 'starting') stored.phase = stored.pid === undefined ? 'stopped' : 'running';
      if (stored.phase === 'stopping') stored.phase = stored.pid === undefined ? 'stopped' : 'running';
      this.instances.set(stored.id, stored);
      this.pids = Math.max(this.pids, stored.pid ?? 0);
    }
  }

  /** Runs one operation as this server would: with its latency, and with the fault that is due. */
  async act<T>(operation: Operation, id: string, ctx: TaskContext | undefined, effect: () => T | Promise<T>): Promise<T> {
    ctx?.signal.throwIfAborted();
    const fault = this.faults.take(operation, id);
    if (fault?.mode === 'fail') {
      throw new DriverError(fault.code ?? 'Internal', fault.message ?? `simulated failure of ${operation}`, { step: operation });
    }
    if (fault?.mode === 'hang') return this.hang(operation, ctx);
    this.busy++;
    try {
      const delayMs =
        this.latency.of(operation, ctx?.taskId ?? id, this.busy - 1) + (fault?.mode === 'slow' ? (fault.delayMs ?? 1_000) : 0);
      if (delayMs > 0) await this.pause(operation, delayMs, ctx);
      const result = await effect();
      if (fault?.mode === 'act-and-lose-reply') {
        throw new DriverError('Timeout', fault.message ?? `no answer from ${operation}`, { step: operation });
      }
      return result;
    } finally {
      this.busy--;
    }
  }

  /** Waits on this server's clock. @throws DriverError Timeout the caller gave up */
  async pause(operation: Operation, ms: number, ctx: TaskContext | undefined): Promise<void> {
    try {
      await this.clock.sleep(ms, ctx?.signal);
    } catch (cause) {
      throw new DriverError('Timeout', `${operation} was given up`, { step: operation, cause });
    }
  }

  get(id: VmId): StoredInstance | undefined {
    return this.instances.get(id);
  }

  /** @throws DriverError NotFound nobody defined it */
  defined(id: VmId): StoredInstance {
    const stored = this.instances.get(id);
    if (!stored?.spec) throw new DriverError('NotFound', `instance ${id} is not defined here`);
    return stored;
  }

  /** Changes one instance, making its record when needed and forgetting it when nothing is left. */
  change(id: VmId, edit: (stored: StoredInstance) => void): void {
    const stored = this.instances.get(id) ?? { id, phase: 'stopped' as const };
    edit(stored);
    if (partsOf(stored).length === 0) {
      this.instances.delete(id);
      this.folder?.removeInstance(id);
    } else {
      this.instances.set(id, stored);
      this.folder?.saveInstance(stored);
    }
  }

  begin(id: VmId): void {
    this.change(id, (stored) => {
      stored.phase = 'running';
      stored.pid = ++this.pids;
      // Two starts never share an instant, as they would not on a real server.
      stored.startedAtMs = Math.max(this.clock.nowMs(), (stored.startedAtMs ?? 0) + 1, this.lastStartMs + 1);
      this.lastStartMs = stored.startedAtMs;
      delete stored.exitCode;
      delete stored.ignoresStop;
    });
    this.events.emit({ id, kind: 'started' });
  }

  /** Calls `act` as soon as an instance has ended. */
  onEnd(act: (id: VmId) => void): void {
    this.endListeners.push(act);
  }

  end(id: VmId, exitCode: number): void {
    const stored = this.instances.get(id);
    if (stored?.pid === undefined) return;
    this.change(id, (it) => {
      it.phase = 'stopped';
      it.exitCode = exitCode;
      delete it.pid;
      delete it.startedAtMs;
    });
    for (const act of this.endListeners) act(id);
    this.events.emit({ id, kind: 'exited', exitCode });
  }

  addImage(image: ImageFacts): void {
    this.images.set(image.id, image);
    this.folder?.saveImage(image);
  }

  removeImage(id: string): void {
    this.images.delete(id);
    this.folder?.removeImage(id);
  }

  private lastStartMs = 0;

  private async hang(operation: Operation, ctx: TaskContext | undefined): Promise<never> {
    const signal = ctx?.signal;
    if (signal && !signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    throw new DriverError('Timeout', `${operation} hung`, { step: operation });
  }
}
