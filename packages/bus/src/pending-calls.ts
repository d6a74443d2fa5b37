import { ServiceError } from '@nereid/contracts';
import type { Clock } from '@nereid/ports';
import type { Msg } from '@nats-io/nats-core';

interface Pending {
  readonly subject: string;
  readonly settle: (outcome: Msg | ServiceError) => void;
}

/**
 * The calls that wait for a reply, by the last token of their reply subject. One subscription carries all replies, so a call
 * costs the server no subscription of its own.
 */
export class PendingCalls {
  private readonly byToken = new Map<string, Pending>();
  private count = 0;

  constructor(private readonly clock: Clock) {}

  get size(): number {
    return this.byToken.size;
  }

  /** Registers a call, then sends it by `send(token)`. @throws ServiceError Timeout, ServiceUnavailable */
  wait(subject: string, timeoutMs: number, signal: AbortSignal | undefined, send: (token: string) => void): Promise<Msg> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(aborted(subject));
      const token = (++this.count).toString(36);
      const onAbort = (): void => settle(aborted(subject));
      const settle = (outcome: Msg | ServiceError): void => {
        if (!this.byToken.delete(token)) return;
        cancelTimer();
        signal?.removeEventListener('abort', onAbort);
        if (outcome instanceof ServiceError) reject(outcome);
        else resolve(outcome);
      };
      const cancelTimer = this.clock.after(timeoutMs, () =>
        settle(new ServiceError('Timeout', 'A service did not answer in time; try again.', { context: { subject, timeoutMs } })),
      );
      this.byToken.set(token, { subject, settle });
      signal?.addEventListener('abort', onAbort, { once: true });
      try {
        send(token);
      } catch (cause) {
        settle(new ServiceError('InternalError', 'A message could not be sent.', { cause, context: { subject } }));
      }
    });
  }

  /** Hands a reply to its call; one that nobody waits for any more is dropped. */
  onReply(message: Msg): void {
    const pending = this.byToken.get(message.subject.slice(message.subject.lastIndexOf('.') + 1));
    if (!pending) return;
    if (message.data.length === 0 && message.headers?.code === 503) {
      pending.settle(
        new ServiceError('ServiceUnavailable', 'A service is not available; try again.', {
          context: { subject: pending.subject, why: 'no responders' },
        }),
      );
    } else {
      pending.settle(message);
    }
  }

  /** Ends the calls to one subject, or all, with an error. */
  fail(makeError: (subject: string) => ServiceError, onlySubject?: string): void {
    for (const pending of [...this.byToken.values()]) {
      if (onlySubject === undefined || pending.subject === onlySubject) pending.settle(makeError(pending.subject));
    }
  }
}

function aborted(subject: string): ServiceError {
  return new ServiceError('Timeout', 'The call was given up.', { context: { subject, why: 'aborted by the caller' } });
}
