import type { Context } from '../context';
import type { Given } from '../command/spec';
import { csv } from './csv';
import { fieldOf, sortBy, type Fields } from './fields';
import { wantedOfOne, wantedOutput } from './format';
import { showQueried } from './show-queried';
import { cell, table } from './table';
import { yaml } from './yaml';

/** How a kind of object is listed. */
export interface ListLayout<T extends Fields> {
  readonly columns: readonly string[];
  readonly long: readonly string[];
  readonly sort: readonly string[];
  /** Which field is its name. */
  readonly name?: string;
  readonly right?: readonly string[];
  /** Columns that are cut where the terminal is too narrow, the least important first; the widest that is no id and no number unless told. */
  readonly narrow?: readonly string[];
  /** Columns whose cells are not just their field. */
  readonly cells?: Readonly<Record<string, (item: T) => string>>;
}

/** Which columns a list will show: for commands that fetch more only when it is asked for. */
export function shownColumns(given: Given, layout: Pick<ListLayout<Fields>, 'columns' | 'long'>): readonly string[] {
  const { columns, format } = wantedOutput(given);
  return columns ?? (format === 'wide' ? layout.long : layout.columns);
}

/** Prints objects in the format that was asked for: a table unless told. */
export function showList<T extends Fields>({ terminal, query }: Context, given: Given, items: readonly T[], layout: ListLayout<T>): void {
  const { format, columns: chosen } = wantedOutput(given);
  const sorted = sortBy(items, given.values['s']?.[0]?.split(',') ?? layout.sort);
  if (query) return showQueried(terminal, given, query(sorted));
  const columns = shownColumns(given, layout);
  const rows = (): string[][] => sorted.map((item) => columns.map((name) => layout.cells?.[name]?.(item) ?? cell(fieldOf(item, name))));
  switch (format) {
    case 'jsonl':
      return terminal.print(...sorted.map((item) => JSON.stringify(item)));
    case 'json':
      return terminal.print(JSON.stringify(sorted, undefined, 4));
    case 'yaml':
      return terminal.write(yaml(sorted));
    case 'name':
      return terminal.print(...sorted.map((item) => cell(fieldOf(item, layout.name ?? 'name'))));
    case 'csv':
      return terminal.print(...csv([...(given.flags.has('H') ? [] : [columns]), ...rows()]));
    default: {
      const cells = rows();
      return terminal.print(
        ...table(cells, {
          columns,
          right: new Set(layout.right),
          hasHeader: !given.flags.has('H'),
          // Who names columns wants to read them, and a program behind a pipe even more.
          ...(chosen === undefined && { width: terminal.size?.columns, narrow: layout.narrow ?? widestFirst(columns, cells, layout) }),
        }),
      );
    }
  }
}

/** Neither ids and addresses, which people copy, nor numbers; of columns that are as wide, the one to the right. */
function widestFirst(columns: readonly string[], cells: readonly (readonly string[])[], layout: ListLayout<never>): readonly string[] {
  const isWhole = (column: string): boolean => /(^|_|short)(uu)?id$|^ip$|Ip$|^fingerprint$|^subnet$/.test(column);
  const widthOf = (column: string): number => Math.max(0, ...cells.map((row) => row[columns.indexOf(column)]!.length));
  return columns
    .filter((column) => !isWhole(column) && !layout.right?.includes(column))
    .reverse()
    .sort((a, b) => widthOf(b) - widthOf(a));
}

/** Prints one object: JSON with four blanks of indentation unless told. */
export function showOne({ terminal, query }: Context, given: Given, item: unknown, name = 'name'): void {
  if (query) return showQueried(terminal, given, query(item));
  switch (wantedOfOne(given)) {
    case 'jsonl':
      return terminal.print(JSON.stringify(item));
    case 'yaml':
      return terminal.write(yaml(item));
    case 'name':
      return terminal.print(cell(fieldOf(item as Fields, name)));
    case 'json':
      return terminal.print(JSON.stringify(item, undefined, 4));
  }
}
