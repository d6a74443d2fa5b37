import { usageError } from '../cli-error';
import { didYouMean } from '../command/nearest';
import type { Given, OptionSpec } from '../command/spec';

export const formats = ['table', 'wide', 'json', 'jsonl', 'yaml', 'csv', 'name'] as const;
export type Format = (typeof formats)[number];

/** How something is to be shown: a format, and columns where those were chosen. */
export interface Wanted {
  readonly format: Format | undefined;
  readonly columns: readonly string[] | undefined;
}

/**
 * Reads `-o`, `-j` and `-l`. `-o` takes a format or columns, and may be given once for each: `-o csv -o id,name`. `-o name` alone means names
 * without a header, not a column of that name; `-H -o name` prints the same either way.
 */
export function wantedOutput({ flags, values }: Given): Wanted {
  let format: Format | undefined;
  let columns: readonly string[] | undefined;
  for (const value of values['o'] ?? []) {
    if ((formats as readonly string[]).includes(value)) format = value as Format;
    else columns = value.split(',').filter((name) => name !== '');
  }
  if (flags.has('json')) format = 'jsonl';
  if (format === undefined && flags.has('long') && columns === undefined) format = 'wide';
  return { format, columns };
}

/** @throws CliError `Option` what was asked for makes no sense for one object */
export function wantedOfOne(given: Given): 'json' | 'jsonl' | 'yaml' | 'name' {
  const { format, columns } = wantedOutput(given);
  if (columns)
    throw usageError(`"${columns.join(',')}" is no format: json, jsonl, yaml, name${didYouMean(columns[0] ?? '', formats)}`, {}, 'Option');
  if (format === undefined || format === 'json') return 'json';
  if (format === 'jsonl' || format === 'yaml' || format === 'name') return format;
  throw usageError(`one object cannot be shown as ${format}: json, jsonl, yaml, name`, {}, 'Option');
}

const query: OptionSpec = {
  long: 'query',
  value: 'EXPRESSION',
  help: "Show what a JMESPath expression picks: --query '[].primaryIp'.",
};

const json: OptionSpec = { long: 'json', short: 'j', help: 'JSON, one object a line.' };

/** Options of every command that lists. */
export const listOptions: readonly OptionSpec[] = [
  { long: '', short: 'H', help: 'Leave the header out.' },
  {
    long: '',
    short: 'o',
    value: 'FORMAT|FIELD,...',
    many: true,
    kind: formats,
    help: `A format (${formats.join(', ')}), or the columns to show.`,
  },
  { long: 'long', short: 'l', help: 'More columns. Ignored when -o names columns.' },
  { long: '', short: 's', value: 'FIELD,...', help: 'Sort by these fields; -FIELD descending.' },
  query,
  json,
];

/** Options of every command that shows one object. */
export const getOptions: readonly OptionSpec[] = [
  { long: '', short: 'o', value: 'FORMAT', kind: ['json', 'jsonl', 'yaml', 'name'], help: 'A format: json, jsonl, yaml, name.' },
  { ...query, help: "Show what a JMESPath expression picks: --query 'tags.role'." },
  { ...json, help: 'JSON in one line.' },
];

/** Of a command that says what it did unless JSON is wanted. */
export const jsonOption: OptionSpec = { ...json, help: 'JSON in one line instead of messages.' };
