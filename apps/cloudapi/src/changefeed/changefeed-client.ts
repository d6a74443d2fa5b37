import { cloudapi } from '@nereid/contracts';
import { ClientSocket } from '@nereid/platform';
import type { Clock } from '@nereid/ports';
import type { WebSocket } from 'ws';
import type { VmChange } from './machine-change';

const { changefeedCloseCodes: closeCodes, ChangefeedSubscription } = cloudapi;
/** What may wait in memory for one slow reader. */
const mostWaitingBytes = 1024 * 1024;

/** What a client needs of the door that it came through. */
export interface ClientsDoor {
  /** Whether whoever connected might connect now. @throws ServiceError nobody can say */
  mayStay(): Promise<boolean>;
  /** Counts a subscription as a request; false when there were too many. */
  mayAsk(): boolean;
  onOver(): void;
}

/** One client of an account's changes. It is told nothing before it has subscribed. */
export class ChangefeedClient {
  private readonly socket: ClientSocket;
  private wanted: { readonly subResources: ReadonlySet<string>; readonly vms: ReadonlySet<string> | undefined } | undefined;

  constructor(
    opened: WebSocket,
    clock: Clock,
    private readonly door: ClientsDoor,
  ) {
    this.socket = new ClientSocket(opened, clock, {
      onText: (text) => this.subscribe(text),
      onOver: () => door.onOver(),
      mostWaitingBytes,
      tooSlowCode: closeCodes.tooSlow,
    });
  }

  wants({ vm, changed }: VmChange): boolean {
    const { wanted } = this;
    return wanted !== undefined && wanted.vms?.has(vm) !== false && changed.some((one) => wanted.subResources.has(one));
  }

  mayStay(): Promise<boolean> {
    return this.door.mayStay();
  }

  send(text: string): void {
    this.socket.send(text);
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }

  private subscribe(text: string): void {
    if (!this.door.mayAsk()) return this.close(closeCodes.badSubscription, 'too many requests; connect again later');
    const parsed = ChangefeedSubscription.safeParse(parse(text));
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const why = `not a subscription: ${issue?.path.join('.') || 'message'}: ${issue?.message ?? 'wrong'}`;
      return this.close(closeCodes.badSubscription, why.slice(0, 120).replace(/[^\x20-\x7e]/g, '?'));
    }
    const { subResources, vms } = parsed.data;
    this.wanted = { subResources: new Set(subResources), vms: vms && new Set(vms) };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
