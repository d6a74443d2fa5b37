// Which element of the page shows which row. Rows keep theirs as long as they are listed; those of another list take over the elements of the rows that
// stood where they stand, so that sorting and searching write other words into rows that exist instead of making forty new ones.

/** Slots by row id. */
export type Slots = ReadonlyMap<string, number>;

export interface Slotted {
  readonly ids: readonly string[];
  readonly slots: Slots;
  /** The first that nobody has had. */
  readonly next: number;
}

export const noSlots: Slotted = { ids: [], slots: new Map(), next: 0 };

/** The same answer, not only an equal one, while the ids are the same. */
export function slotted(before: Slotted, ids: readonly string[]): Slotted {
  if (ids.length === before.ids.length && ids.every((id, n) => id === before.ids[n])) return before;
  const listed = new Set(ids);
  let { next } = before;
  const slots = new Map<string, number>();
  ids.forEach((id, n) => {
    const kept = before.slots.get(id);
    const there = before.ids[n];
    const freed = there === undefined || listed.has(there) ? undefined : before.slots.get(there);
    slots.set(id, kept ?? freed ?? next++);
  });
  return { ids, slots, next };
}
