/** So few are worked in without a reader noticing. */
const few = 20;

export interface Pauses {
  /** After a few changes, ms. */
  readonly short: number;
  /** After many, ms: what a busy cloud may cost a browser. */
  readonly long: number;
}

/**
 * Gathers what comes in and hands it on together: the first at once, what follows within a pause in one piece at its end. A quiet system shows
 * a change immediately, a busy one paints a few times a second.
 */
export function coalesce<Item>(pauses: Pauses, take: (items: Item[]) => void): (items: readonly Item[]) => void {
  let waiting: Item[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = (): void => {
    timer = undefined;
    if (waiting.length === 0) return;
    const items = waiting;
    waiting = [];
    timer = setTimeout(flush, items.length > few ? pauses.long : pauses.short);
    take(items);
  };
  return (items) => {
    for (const item of items) waiting.push(item);
    if (timer === undefined) flush();
  };
}
