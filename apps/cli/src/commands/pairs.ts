import { readFileSync } from 'node:fs';
import { CliError, usageError } from '../cli-error';
import type { Context } from '../context';

export type PairValue = string | number | boolean;
export type Pairs = Record<string, PairValue>;

/**
 * Tags or metadata as people give them: `K=V`, a JSON object, or `@FILE` with either. Later ones win.
 * @throws CliError `Usage` none of these, or a value that is neither text, number nor boolean
 */
export function pairsOf(texts: readonly string[]): Pairs {
  return Object.assign({}, ...texts.map((text) => (text.startsWith('@') ? fromFile(text.slice(1)) : one(text)))) as Pairs;
}

/** The content of files with a JSON object or `K=V` lines; `-` is stdin. */
export async function pairsOfFiles({ terminal }: Context, files: readonly string[]): Promise<Pairs> {
  const all: Pairs = {};
  for (const file of files) Object.assign(all, file === '-' ? fromText(await terminal.readInput()) : fromFile(file));
  return all;
}

function fromFile(file: string): Pairs {
  return fromText(readText(file));
}

/** @throws CliError the file cannot be read */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CliError(undefined, `${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

function fromText(text: string): Pairs {
  if (text.trimStart().startsWith('{')) return one(text.trim());
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'));
  return Object.assign({}, ...lines.map((line) => one(line.trim()))) as Pairs;
}

function one(text: string): Pairs {
  if (text.startsWith('{')) return fromJson(text);
  const at = text.indexOf('=');
  if (at < 1) throw usageError(`"${text}" is not KEY=VALUE`);
  return { [text.slice(0, at)]: typed(text.slice(at + 1)) };
}

function fromJson(text: string): Pairs {
  let pairs: unknown;
  try {
    pairs = JSON.parse(text);
  } catch (cause) {
    throw usageError(`no JSON object: ${(cause as Error).message}`, { cause });
  }
  for (const [key, value] of Object.entries(pairs as object)) {
    if (!['string', 'number', 'boolean'].includes(typeof value))
      throw usageError(`the value of "${key}" must be text, a number or a boolean`);
  }
  return pairs as Pairs;
}

/** Words that say a number or a boolean become such: clients compare tags by kind, too. */
function typed(text: string): PairValue {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text) && Number.isSafeInteger(Math.trunc(Number(text))) ? Number(text) : text;
}
