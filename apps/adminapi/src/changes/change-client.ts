import { ServiceError, adminapi, type FeedOwner } from '@nereid/contracts';
import { ClientSocket } from '@nereid/platform';
import type { Clock } from '@nereid/ports';
import type { WebSocket } from 'ws';
import type { ToldChange } from './change';
import type { ChangeFeeds } from './change-feeds';

const { closeCodes } = adminapi;
/** Changes of one moment go out together. */
const gatherMs = 10;
const mostInMessage = 500;
/** What may wait in memory for one slow reader. */
const mostWaitingBytes = 1024 * 1024;
const mostWaiting = 10_000;
const helloWithinMs = 10_000;

/** One client of the stream, from its hello to its close. */
export class ChangeClient {
  /** Changes to send; until the client is told where it stands they only gather. */
  private waiting: ToldChange[] = [];
  /** By owner, what the client knows already when the stream begins. */
  private known: Partial<Record<FeedOwner, number>> = {};
  private phase: 'silent' | 'catching-up' | 'live' | 'ended' = 'silent';
  private cancelFlush: (() => void) | undefined;
  private readonly ends: (() => unknown)[] = [];
  private readonly socket: ClientSocket;

  constructor(
    opened: WebSocket,
    private readonly feeds: ChangeFeeds,
    private readonly clock: Clock,
  ) {
    this.socket = new ClientSocket(opened, clock, {
      onText: (text) => void this.hear(text),
      onOver: () => this.end(),
      mostWaitingBytes,
      tooSlowCode: closeCodes.tooSlow,
    });
    this.ends.push(
      clock.after(helloWithinMs, () => {
        if (this.phase === 'silent') this.close(closeCodes.badHello, 'no hello came');
      }),
      feeds.listen({ onChange: (change) => this.take(change), onResync: (owner, head) => this.resync(owner, head) }),
    );
  }

  heartbeat(heads: Partial<Record<FeedOwner, number>>): void {
    if (this.phase === 'live') this.send({ type: 'heartbeat', at: new Date(this.clock.nowMs()).toISOString(), heads });
  }

  close(code: number, why: string): void {
    this.socket.close(code, why);
  }

  private async hear(text: string): Promise<void> {
    if (this.phase === 'ended') return;
    if (this.phase !== 'silent') return this.close(closeCodes.badHello, 'one hello is enough');
    const hello = adminapi.ChangesHello.safeParse(parse(text));
    if (!hello.success) return this.close(closeCodes.badHello, 'not a hello');
    this.phase = 'catching-up';
    try {
      await this.catchUp(hello.data.after);
    } catch (error) {
      // An owner that does not answer now may answer when the client comes back.
      this.close(1013, error instanceof ServiceError ? error.code : 'try again');
    }
  }

  private async catchUp(after: adminapi.ChangesHello['after']): Promise<void> {
    await this.feeds.whenHeard();
    const heads = this.feeds.heads();
    const lost: FeedOwner[] = [];
    const missed: ToldChange[] = [];
    this.known = { ...heads };
    await Promise.all(
      (Object.entries(after) as [FeedOwner, number][]).map(async ([owner, seq]) => {
        const found = await this.feeds.since(owner, seq);
        if (!found) return lost.push(owner);
        missed.push(...found.changes);
        heads[owner] = seq;
        this.known[owner] = found.upTo;
      }),
    );
    if (this.hasEnded()) return; // closed meanwhile
    this.phase = 'live';
    this.send({ type: 'ready', heads, resync: lost });
    this.waiting = [...missed, ...this.waiting.filter((told) => !this.isKnown(told))];
    this.flush();
  }

  private hasEnded(): boolean {
    return this.phase === 'ended';
  }

  private isKnown({ change: { owner, seq } }: ToldChange): boolean {
    return seq !== undefined && seq <= (this.known[owner] ?? -1);
  }

  private take(told: ToldChange): void {
    if (this.phase === 'silent' || this.phase === 'ended' || (this.phase === 'live' && this.isKnown(told))) return;
    this.waiting.push(told);
    if (this.waiting.length > mostWaiting) return this.close(closeCodes.tooSlow, 'too much waits');
    if (this.phase === 'live') this.cancelFlush ??= this.clock.after(gatherMs, () => this.flush());
  }

  private resync(owner: FeedOwner, head: number): void {
    this.known[owner] = head;
    if (this.phase !== 'live') return;
    this.flush();
    this.send({ type: 'resync', owner, head });
  }

  private flush(): void {
    this.cancelFlush?.();
    this.cancelFlush = undefined;
    const changes = this.waiting;
    this.waiting = [];
    for (let at = 0; at < changes.length; at += mostInMessage) {
      const texts = changes.slice(at, at + mostInMessage).map(({ text }) => text);
      this.socket.send(`{"type":"changes","changes":[${texts.join(',')}]}`);
    }
  }

  private send(message: adminapi.ChangesMessage): void {
    this.socket.send(JSON.stringify(message));
  }

  private end(): void {
    this.phase = 'ended';
    this.waiting = [];
    this.cancelFlush?.();
    for (const act of this.ends.splice(0)) act();
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
