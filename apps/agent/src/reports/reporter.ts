import { instancesSeen, reportDigest, snapshotWanted, type VmId } from '@nereid/contracts';
import type { ServerDriver } from '@nereid/driver';
import type { Clock } from '@nereid/ports';
import type { InstanceBook } from '../instances/instance-book';
import type { InventoryTaker } from '../instances/inventory-taker';
import type { Log } from '../log';
import type { NodeBus } from '../node-bus';

/** What tasks changed may wait this long for company: the task's own outcome tells the one who asked. */
const gatherMs = 200;

/**
 * Says what is seen of the instances: everything when connected, then changes, latest state per instance. Numbered within this boot, so that the
 * other side sees gaps and drops what is older than it knows.
 */
export class Reporter {
  private lastSeq = 0;
  private reported = 0;
  private readonly changed = new Set<VmId>();
  private sending: Promise<void> | undefined;
  private cancelTimer: (() => void) | undefined;

  constructor(
    private readonly boot: number,
    private readonly driver: ServerDriver,
    private readonly instances: InstanceBook,
    private readonly inventory: InventoryTaker,
    private readonly bus: NodeBus,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  get seq(): number {
    return this.lastSeq;
  }

  /** Begins to report; what the guests do is noticed until the signal is aborted. */
  start(signal: AbortSignal): void {
    this.bus.serve(snapshotWanted, async () => ({ seq: await this.snapshot() }));
    this.bus.onReconnect(
      () => void this.snapshot().catch((err: unknown) => this.log.warn({ err }, 'the state of all instances could not be said')),
    );
    const stop = this.clock.every(30_000, () => void this.digest());
    signal.addEventListener('abort', stop, { once: true });
    void this.follow(signal);
  }

  /** Something of this instance may have changed. `now`: without waiting for company. */
  touched(vm: VmId, now = false): void {
    this.changed.add(vm);
    if (now) {
      this.cancelTimer?.();
      this.cancelTimer = undefined;
      void this.flush();
    } else {
      this.cancelTimer ??= this.clock.after(gatherMs, () => {
        this.cancelTimer = undefined;
        void this.flush();
      });
    }
  }

  /** Says everything there is, with the proof that it is everything. Answers the report's number. */
  async snapshot(): Promise<number> {
    const inventory = await this.inventory.take();
    if (!inventory.complete) this.log.warn({ reason: inventory.reason }, 'the inventory is not complete: it proves no absence');
    const seen = inventory.instances.map((facts) => this.instances.describe(facts));
    const seq = ++this.lastSeq;
    await this.bus.report(instancesSeen, { boot: this.boot, seq, complete: inventory.complete, poolId: inventory.poolId, instances: seen });
    this.reported = seen.length;
    return seq;
  }

  private async flush(): Promise<void> {
    // One at a time, so that numbers and looks keep the same order.
    while (this.sending) await this.sending;
    if (this.changed.size === 0) return;
    this.sending = this.sendChanges().finally(() => (this.sending = undefined));
    await this.sending;
  }

  private async sendChanges(): Promise<void> {
    const ids = [...this.changed];
    this.changed.clear();
    try {
      const seen = await Promise.all(ids.map((id) => this.instances.seen(id)));
      const gone = seen.some((it) => it.state === 'absent');
      // Absence is said only with proof: not found by a look that was complete.
      const proof = gone ? await this.inventory.take() : undefined;
      const instances = seen.map((it) => {
        if (it.state !== 'absent' || (proof?.complete && !proof.instances.some((other) => other.id === it.id))) return it;
        return { ...it, state: 'unknown' as const };
      });
      this.poolId ??= (proof ?? (await this.inventory.take())).poolId;
      await this.bus.report(instancesSeen, { boot: this.boot, seq: ++this.lastSeq, complete: false, poolId: this.poolId, instances });
      this.reported = this.instances.count;
    } catch (err) {
      // Lost like any message that is lost: the digest shows the gap, and a reconnection says everything again.
      this.log.warn({ err, instances: ids.length }, 'a change of instances could not be said');
    }
  }

  private poolId: string | undefined;

  private async digest(): Promise<void> {
    await this.bus.report(reportDigest, { boot: this.boot, lastSeq: this.lastSeq, count: this.reported }).catch(() => undefined);
  }

  private async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        for await (const event of this.driver.instance.watch(signal)) {
          // While a task makes it, its states come one after the other; the task's end reports the last.
          if (!this.instances.beingMade.has(event.id)) this.touched(event.id, true);
        }
      } catch (err) {
        this.log.error({ err }, 'watching the instances failed; watching again');
        await this.clock.sleep(1_000, signal).catch(() => undefined);
      }
    }
  }
}
