import { changesPath, closeCodes, heartbeatMs, type adminapi } from '@nereid/contracts/light';
import type { Socket } from './transport';

export type Change = adminapi.Change;
type Owner = Change['owner'];

export interface ChangeListener {
  /** What changed, in each owner's order; a change may come twice. */
  onChanges(changes: readonly Change[]): void;
  /** Changes of these owners were missed for good: read their objects again. */
  onResync?(owners: readonly Owner[]): void;
  /** `live`: everything from here on comes. `waiting`: the connection is lost and will be tried again. `ended`: the session is over, or it was closed. */
  onState?(state: ChangeStreamState): void;
}

export type ChangeStreamState = 'connecting' | 'live' | 'waiting' | 'ended';

const firstRetryMs = 250;
const longestRetryMs = 10_000;
/** Three heartbeats and a little: by then the connection is dead, whatever the operating system believes. */
const silenceMs = 3 * heartbeatMs + 5_000;

/** The stream of changes over as many connections as it takes. It remembers the last `seq` of each owner and goes on behind it. */
export class ChangeStream {
  private readonly after: Partial<Record<Owner, number>> = {};
  private socket: Socket | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private retryMs = firstRetryMs;
  private stateNow: ChangeStreamState = 'connecting';

  constructor(
    private readonly open: (path: string) => Socket,
    private readonly listener: ChangeListener,
  ) {
    this.connect();
  }

  get state(): ChangeStreamState {
    return this.stateNow;
  }

  close(): void {
    if (this.stateNow === 'ended') return;
    this.become('ended');
    clearTimeout(this.timer);
    this.socket?.close(1000);
  }

  private connect(): void {
    if (this.stateNow === 'ended') return;
    this.become('connecting');
    const socket = this.open(changesPath);
    this.socket = socket;
    this.expectWord();
    socket.addEventListener('open', () => socket.send(JSON.stringify({ type: 'hello', after: this.after })));
    socket.addEventListener('message', ({ data }) => {
      if (this.socket === socket) this.hear(JSON.parse(String(data)) as adminapi.ChangesMessage);
    });
    socket.addEventListener('error', () => undefined); // a close follows, and says the same
    socket.addEventListener('close', ({ code }) => {
      if (this.socket === socket) this.lost(code);
    });
  }

  private hear(message: adminapi.ChangesMessage): void {
    this.expectWord();
    if (message.type === 'ready') {
      Object.assign(this.after, message.heads);
      this.retryMs = firstRetryMs;
      if (message.resync.length > 0) this.listener.onResync?.(message.resync);
      this.become('live');
    } else if (message.type === 'changes') {
      for (const { owner, seq } of message.changes) if (seq !== undefined) this.after[owner] = seq;
      this.listener.onChanges(message.changes);
    } else if (message.type === 'resync') {
      this.after[message.owner] = message.head;
      this.listener.onResync?.([message.owner]);
    }
  }

  /** A door that says nothing for long is gone without a goodbye. */
  private expectWord(): void {
    clearTimeout(this.timer);
    const { socket } = this;
    this.timer = setTimeout(() => {
      this.lost(1006);
      socket?.close();
    }, silenceMs);
  }

  private lost(code: number): void {
    clearTimeout(this.timer);
    this.socket = undefined;
    if (this.stateNow === 'ended') return;
    if (code === closeCodes.signedOut) return this.become('ended');
    this.become('waiting');
    // Half of the wait is by chance, so that the tabs of a floor do not come back all at once.
    this.timer = setTimeout(() => this.connect(), this.retryMs * (0.5 + Math.random() / 2));
    this.retryMs = Math.min(longestRetryMs, this.retryMs * 2);
  }

  private become(state: ChangeStreamState): void {
    if (this.stateNow === state) return;
    this.stateNow = state;
    this.listener.onState?.(state);
  }
}
