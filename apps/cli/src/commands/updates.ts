import { usageError } from '../cli-error';
import { didYouMean } from '../command/nearest';
import type { Given } from '../command/spec';
import type { Context } from '../context';
import { readText } from './pairs';

/** Fields that an update knows, and of what kind each is. */
export type UpdateFields = Readonly<Record<string, 'string' | 'boolean'>>;

/**
 * `FIELD=VALUE` arguments, or the object in `--file`, as an update. What is declared as text stays text; an empty value is null.
 * @throws CliError `Usage` nothing, an unknown field, or a boolean that is none
 */
export async function updates({ terminal }: Context, { args, values }: Given, fields: UpdateFields): Promise<Record<string, unknown>> {
  const file = values['file']?.at(-1);
  const given =
    file === undefined ? args.map(pairOf) : Object.entries(fromJson(file === '-' ? await terminal.readInput() : readText(file)));
  if (given.length === 0) throw usageError('FIELD=VALUE or --file is missing');
  return Object.fromEntries(
    given.map(([field, value]) => {
      const kind = Object.hasOwn(fields, field) ? fields[field] : undefined;
      if (kind === undefined) {
        const names = Object.keys(fields);
        throw usageError(`invalid key: "${field}" (must match one of: ${names.join(', ')})${didYouMean(field, names)}`);
      }
      if (value === '') return [field, null];
      if (kind === 'string') return [field, value];
      if (value === true || value === 'true') return [field, true];
      if (value === false || value === 'false') return [field, false];
      throw usageError(`${field} is true or false, not "${String(value)}"`);
    }),
  );
}

function pairOf(text: string): [string, unknown] {
  const at = text.indexOf('=');
  if (at < 1) throw usageError(`"${text}" is not FIELD=VALUE`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function fromJson(text: string): object {
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // said below
  }
  throw usageError('the file holds no JSON object');
}
