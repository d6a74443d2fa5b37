/** Hands events to any number of watchers, each of which reads at its own pace. */
export class EventHub<Event> {
  private readonly watchers = new Set<(event: Event) => void>();

  emit(event: Event): void {
    for (const tell of this.watchers) tell(event);
  }

  /** Listens from this call on, not only from the first read; ends when the signal is aborted. */
  watch(signal: AbortSignal): AsyncIterable<Event> {
    const waiting: Event[] = [];
    let wake: (() => void) | undefined;
    const tell = (event: Event): void => {
      waiting.push(event);
      wake?.();
    };
    const stop = (): void => {
      this.watchers.delete(tell);
      wake?.();
    };
    if (!signal.aborted) this.watchers.add(tell);
    signal.addEventListener('abort', stop, { once: true });
    return {
      async *[Symbol.asyncIterator]() {
        try {
          while (!signal.aborted) {
            const event = waiting.shift();
            if (event !== undefined) yield event;
            else await new Promise<void>((resolve) => (wake = resolve));
          }
        } finally {
          stop();
        }
      },
    };
  }
}
