/**
 * Gathers what comes in and hands it on together: the first at once, what follows within `pauseMs` in one piece at its end. A quiet system shows
 * a change immediately, a busy one paints four times a second.
 */
export function coalesce<Item>(pauseMs: number, take: (items: Item[]) => void): (items: readonly Item[]) => void {
  let waiting: Item[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = (): void => {
    timer = undefined;
    if (waiting.length === 0) return;
    const items = waiting;
    waiting = [];
    timer = setTimeout(flush, pauseMs);
    take(items);
  };
  return (items) => {
    for (const item of items) waiting.push(item);
    if (timer === undefined) flush();
  };
}
