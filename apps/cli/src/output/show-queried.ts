import { usageError } from '../cli-error';
import type { Given } from '../command/spec';
import type { Terminal } from '../ports/terminal';
import { csv } from './csv';
import { fieldOf, type Fields } from './fields';
import { wantedOutput } from './format';
import { cell, table } from './table';
import { yaml } from './yaml';

/** Answers what an expression picks out of a value, or makes of it. */
export type Query = (value: unknown) => unknown;

/**
 * Prints what a query came to: JSON unless told, but a text or number as it is, for scripts. A table, and CSV, want objects; `-o name` prints
 * a line for each.
 */
export function showQueried(terminal: Terminal, given: Given, result: unknown): void {
  const { format, columns } = wantedOutput(given);
  const lines = Array.isArray(result) ? (result as unknown[]) : [result];
  const rows = (): { columns: readonly string[]; cells: string[][] } => {
    if (!lines.every(isFields)) throw usageError(`--query came to no objects, so there is no ${format ?? 'table'} of it`, {}, 'Option');
    const shown = columns ?? [...new Set(lines.flatMap((item) => Object.keys(item)))];
    return { columns: shown, cells: lines.map((item) => shown.map((name) => cell(fieldOf(item, name)))) };
  };
  const hasHeader = !given.flags.has('H');
  switch (format ?? (columns ? 'table' : 'json')) {
    case 'jsonl':
      return terminal.print(...lines.map((line) => JSON.stringify(line)));
    case 'yaml':
      return terminal.write(yaml(result));
    case 'name':
      return terminal.print(...lines.map((line) => cell(isFields(line) ? fieldOf(line, 'name') : line)));
    case 'csv': {
      const { columns: names, cells } = rows();
      return terminal.print(...csv([...(hasHeader ? [names] : []), ...cells]));
    }
    case 'table':
    case 'wide': {
      const { columns: names, cells } = rows();
      return terminal.print(...table(cells, { columns: names, hasHeader }));
    }
    case 'json':
      return terminal.print(format === undefined && typeof result === 'string' ? result : JSON.stringify(result, undefined, 4));
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
