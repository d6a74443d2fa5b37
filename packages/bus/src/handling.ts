import { ServiceError, toServiceError, type Caller, type RequestId } from '@nereid/contracts';
import type { Clock } from '@nereid/ports';
import type { Msg } from '@nats-io/nats-core';
import { errorReply, okReply } from './bodies';
import type { Received } from './bus';
import { remainingMsOf, requestIdOf } from './headers';
import type { BusHooks, BusLog } from './hooks';

export interface Work {
  /** With ids taken out; for logs and metrics. */
  readonly label: string;
  readonly maxInFlight: number;
  readonly defaultMs: number;
  /** Who is asking, taken from the message. @throws ServiceError when it does not say */
  readonly callerOf: (message: Msg) => Caller | undefined;
  /** Checks the message and does the work; the answer is the reply's body. */
  readonly run: (message: Msg, caller: Caller | undefined, received: Received) => unknown;
}

/** Runs handlers for messages: bounded, timed, each failure logged once and turned into a reply. */
export class Handling {
  private readonly running = new Set<Context>();
  private idle: (() => void)[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly log: BusLog,
    private readonly hooks: BusHooks,
  ) {}

  get inFlight(): number {
    return this.running.size;
  }

  /** A subscription's callback for `work`. */
  accepting(work: Work): (message: Msg) => void {
    let inFlight = 0;
    let shedding = false;
    return (message) => {
      if (inFlight >= work.maxInFlight) {
        if (!shedding) this.log.warn({ subject: work.label, maxInFlight: work.maxInFlight }, 'too much work in flight, refusing more');
        shedding = true;
        this.hooks.onHop?.({ subject: work.label, side: side(message), outcome: 'ServiceUnavailable', ms: 0 });
        respond(message, errorReply(new ServiceError('ServiceUnavailable', 'The service is busy; try again.')));
        return;
      }
      inFlight++;
      const context = new Context(this.clock, requestIdOf(message), remainingMsOf(message, work.defaultMs));
      this.running.add(context);
      void this.handle(work, message, context).finally(() => {
        inFlight--;
        if (inFlight < work.maxInFlight / 2) shedding = false;
        context.end();
        this.running.delete(context);
        if (this.running.size === 0) for (const wake of this.idle.splice(0)) wake();
      });
    };
  }

  /** Resolves when no handler runs, or after `ms`; then what still runs is aborted. */
  async drain(ms: number): Promise<void> {
    if (this.running.size === 0) return;
    await new Promise<void>((resolve) => {
      const cancel = this.clock.after(ms, resolve);
      this.idle.push(() => {
        cancel();
        resolve();
      });
    });
    for (const context of this.running) context.abort(new ServiceError('ServiceUnavailable', 'The service is stopping.'));
  }

  private async handle(work: Work, message: Msg, context: Context): Promise<void> {
    const startedMs = this.clock.monotonicMs();
    let outcome = 'ok';
    try {
      const caller = work.callerOf(message);
      const run = (): unknown => work.run(message, caller, context);
      const around = this.hooks.around;
      const answer = await (around ? around({ subject: work.label, requestId: context.requestId, caller }, run) : run());
      respond(message, okReply(answer));
    } catch (thrown) {
      const error = toServiceError(thrown);
      outcome = error.code;
      this.logOnce(work, context, error);
      try {
        respond(message, errorReply(error));
      } catch (err) {
        this.log.error({ subject: work.label, err }, 'a reply could not be sent');
      }
    }
    this.hooks.onHop?.({ subject: work.label, side: side(message), outcome, ms: this.clock.monotonicMs() - startedMs });
  }

  /** A code of ours is an answer, and the caller decides what it means; what nobody foresaw is an error here and now. */
  private logOnce(work: Work, context: Context, error: ServiceError): void {
    if (error.code !== 'InternalError') return;
    this.log.error(
      { subject: work.label, requestId: context.requestId, err: error.cause ?? error, context: error.context },
      'a handler failed',
    );
  }
}

function side(message: Msg): 'handler' | 'listener' {
  return message.reply ? 'handler' : 'listener';
}

function respond(message: Msg, body: string): void {
  if (message.reply) message.respond(body);
}

/** Makes its signal and timer only when the handler asks for them: most never do. */
class Context implements Received {
  private controller: AbortController | undefined;
  private cancelTimer: (() => void) | undefined;
  private readonly untilMs: number;

  constructor(
    private readonly clock: Clock,
    readonly requestId: RequestId | undefined,
    remainingMs: number,
  ) {
    this.untilMs = clock.monotonicMs() + remainingMs;
  }

  remainingMs(): number {
    return Math.max(0, this.untilMs - this.clock.monotonicMs());
  }

  get signal(): AbortSignal {
    if (!this.controller) {
      this.controller = new AbortController();
      this.cancelTimer = this.clock.after(this.remainingMs(), () =>
        this.abort(new ServiceError('Timeout', 'The caller has stopped waiting.')),
      );
    }
    return this.controller.signal;
  }

  abort(reason: ServiceError): void {
    this.controller ??= new AbortController(); // a handler that asks later must see it too
    this.controller.abort(reason);
  }

  end(): void {
    this.cancelTimer?.();
  }
}
