/** Time as a program sees it. Durations are in milliseconds. */
export interface Clock {
  /** Wall clock, ms since 1970. For display and for what leaves the process; never for measuring. */
  nowMs(): number;
  /** Never goes backwards. For durations, deadlines and everything on a node. */
  monotonicMs(): number;
  /** Resolves after `ms`, or rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `act` once after `ms`; the answer cancels it. Does not keep the process alive. */
  after(ms: number, act: () => void): () => void;
  /** Calls `act` every `ms`; the answer stops it. Does not keep the process alive. */
  every(ms: number, act: () => void): () => void;
}

export class SystemClock implements Clock {
  nowMs(): number {
    return Date.now();
  }

  monotonicMs(): number {
    return performance.now();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(asError(signal.reason));
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(asError(signal?.reason));
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  after(ms: number, act: () => void): () => void {
    const timer = setTimeout(act, ms);
    timer.unref();
    return () => clearTimeout(timer);
  }

  every(ms: number, act: () => void): () => void {
    const timer = setInterval(act, ms);
    timer.unref();
    return () => clearInterval(timer);
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
