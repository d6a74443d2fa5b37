import { VmState, cloudapi, type AccountId, type Vm, type VmId } from '@nereid/contracts';
import type { Log } from '@nereid/platform';
import type { Clock } from '@nereid/ports';
import type { ChangefeedClient } from './changefeed-client';
import { toMessage, type VmChange } from './machine-change';

const { changefeedCloseCodes: closeCodes } = cloudapi;
/** Changes whose instances are read at once. */
const mostInRead = 500;
/** Changes that may wait while instances cannot be read. */
const mostWaiting = 10_000;
const retryMs = 1_000;

/** Reads instances of one account, destroyed ones too, in any order. Those that are not there are left out. */
export type ReadVms = (owner: AccountId, ids: readonly VmId[], states: readonly VmState[]) => Promise<readonly Vm[]>;

/**
 * The changes of one account on their way to its clients: in the feed's order, one message a change. Instances are read after the change
 * was heard of, and one batch after the other, so that no client is shown an older state after a newer one.
 */
export class AccountChanges {
  readonly clients = new Set<ChangefeedClient>();
  private waiting: VmChange[] = [];
  private isWorking = false;

  constructor(
    readonly account: AccountId,
    private readonly read: ReadVms,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  take(change: VmChange): void {
    if (!this.isWanted(change)) return;
    if (this.waiting.length >= mostWaiting) return this.closeAll(closeCodes.tryAgain, 'the instances cannot be read; try again');
    this.waiting.push(change);
    if (!this.isWorking) void this.work();
  }

  closeAll(code: number, reason: string): void {
    this.waiting = [];
    for (const client of this.clients) client.close(code, reason);
  }

  /** Lets those go who might not connect now. */
  async lookAgain(): Promise<void> {
    await Promise.all(
      [...this.clients].map(async (client) => {
        // When nobody can say just now, nobody is signed out.
        if (!(await client.mayStay().catch(() => true))) client.close(closeCodes.signedOut, 'the key is gone, or the account disabled');
      }),
    );
  }

  private isWanted(change: VmChange): boolean {
    for (const client of this.clients) if (client.wants(change)) return true;
    return false;
  }

  private async work(): Promise<void> {
    this.isWorking = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting.slice(0, mostInRead);
      try {
        const ids = [...new Set(batch.map(({ vm }) => vm))];
        const vms = new Map((await this.read(this.account, ids, VmState.options)).map((vm) => [vm.id, vm]));
        if (this.waiting[0] !== batch[0]) continue; // all were let go meanwhile
        this.waiting.splice(0, batch.length);
        for (const change of batch) this.tell(change, vms.get(change.vm));
      } catch (err) {
        this.log.warn({ err, account: this.account }, 'changed instances could not be read, trying again');
        await this.clock.sleep(retryMs);
      }
    }
    this.isWorking = false;
  }

  /** An instance that is not there any more was destroyed long ago. */
  private tell(change: VmChange, vm: Vm | undefined): void {
    if (vm === undefined || vm.owner !== this.account) return;
    let text: string | undefined;
    for (const client of this.clients) {
      if (client.wants(change)) client.send((text ??= JSON.stringify(toMessage(change, vm))));
    }
  }
}
