import {
  aliveEveryMs,
  FrameFlow,
  readSize,
  ServiceError,
  silentAfterMs,
  countPayload,
  type ConsoleEnd,
  type Frame,
} from '@nereid/contracts';
import type { Clock } from '@nereid/ports';
import type { Sink, Source } from './source';
import type { StreamChannel } from './stream-bus';

/** One client at one source: its frames, its credit, its silence, its end. */
export class ConsoleSession implements Sink {
  private readonly flow: FrameFlow;
  private source: Source | undefined;
  private channel: StreamChannel | undefined;
  private lastHeardMs: number;
  private lastActiveMs: number;
  private stopTimers: (() => void)[] = [];
  private isOver = false;

  constructor(
    private readonly idleMs: number,
    private readonly clock: Clock,
    private readonly onOver: (end: ConsoleEnd) => void,
  ) {
    this.lastHeardMs = this.lastActiveMs = clock.monotonicMs();
    this.flow = new FrameFlow((frame) => {
      // What is dropped here would be missed there: the session is over, and says so.
      if (this.channel?.send(frame) === false) this.end({ reason: 'broken', message: 'the bus is not connected' });
    });
  }

  get credit(): number {
    return this.isOver ? 0 : this.flow.credit;
  }

  /** From now on frames flow. @throws Conflict what it was to show has ended meanwhile */
  begin(channel: StreamChannel, source: Source): void {
    if (this.isOver) {
      source.close();
      throw new ServiceError('Conflict', 'the instance does not run');
    }
    this.channel = channel;
    this.source = source;
    this.stopTimers.push(this.clock.every(aliveEveryMs, () => this.lookAround()));
    this.watchIdle();
    this.pump();
  }

  /** The source may have something. */
  readonly pump = (): void => {
    if (!this.isOver && this.channel) this.source?.pump(this);
  };

  send(type: 'data' | 'error', bytes: Uint8Array): number {
    this.lastActiveMs = this.clock.monotonicMs();
    return this.flow.send(type, bytes);
  }

  skipped(bytes: number): void {
    this.flow.tell('skipped', countPayload(bytes));
  }

  /** A message of the client or of its door. */
  readonly hear = (message: Uint8Array): void => {
    if (this.isOver) return;
    this.lastHeardMs = this.clock.monotonicMs();
    try {
      this.obey(this.flow.hear(message));
    } catch (error) {
      this.end({ reason: 'broken', message: error instanceof ServiceError ? error.message : 'a frame was not understood' });
    }
  };

  /** Says why, ends the source, and lets go of everything. Safe to repeat; the first reason counts. */
  end(end: ConsoleEnd): void {
    if (this.isOver) return;
    this.isOver = true;
    for (const stop of this.stopTimers.splice(0)) stop();
    this.source?.close();
    if (end.reason !== 'hung-up') this.flow.tell('end', Buffer.from(JSON.stringify(end)));
    this.channel?.close();
    this.onOver(end);
  }

  private obey(frame: Frame): void {
    const { source } = this;
    switch (frame.type) {
      case 'data': {
        this.lastActiveMs = this.clock.monotonicMs();
        const bytes = Buffer.from(frame.payload); // the message is the bus's, and its memory may be used again
        source?.type(bytes, () => {
          if (!this.isOver) this.flow.take(bytes.length);
        });
        return;
      }
      case 'credit':
        return this.pump();
      case 'resize':
        return source?.resize(readSize(frame));
      case 'signal':
        return source?.signal(Buffer.from(frame.payload).toString('latin1'));
      case 'endOfInput':
        return source?.endOfInput();
      case 'alive':
        return;
      case 'hangUp':
        return this.end({ reason: 'hung-up' });
      default:
        return this.end({ reason: 'broken', message: `a client does not send ${frame.type}` });
    }
  }

  private lookAround(): void {
    if (this.clock.monotonicMs() - this.lastHeardMs > silentAfterMs) return this.end({ reason: 'hung-up' });
    this.flow.tell('alive');
  }

  private watchIdle(): void {
    const leftMs = this.lastActiveMs + this.idleMs - this.clock.monotonicMs();
    if (leftMs <= 0) return this.end({ reason: 'idle' });
    const cancel = this.clock.after(leftMs, () => {
      this.stopTimers = this.stopTimers.filter((it) => it !== cancel);
      this.watchIdle();
    });
    this.stopTimers.push(cancel);
  }
}
