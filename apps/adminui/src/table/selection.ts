// What is selected in a list, by id. It outlives paging and scrolling.

export type Selection = Readonly<Record<string, true>>;

export function selectedIds(selection: Selection): string[] {
  return Object.keys(selection).filter((id) => selection[id]);
}

export function toggled(selection: Selection, id: string): Selection {
  const { [id]: wasSelected, ...others } = selection;
  return wasSelected ? others : { ...others, [id]: true };
}

/** With every row from one index to another selected, whichever comes first. */
export function withRange(selection: Selection, ids: readonly string[], from: number, to: number): Selection {
  const between = ids.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { ...selection, ...Object.fromEntries(between.map((id) => [id, true as const])) };
}
