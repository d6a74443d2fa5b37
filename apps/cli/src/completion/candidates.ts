import { isGroup, namesOf, type Entry, type OptionSpec, type ValueKind } from '../command/spec';

/** One thing that could stand at the cursor. */
export interface Candidate {
  readonly word: string;
  readonly says?: string;
}

/** What is wanted at the cursor: words that the table knows, or values of a kind that somebody must look up. */
export type Wanted = { readonly words: readonly Candidate[] } | { readonly kind: ValueKind; readonly prefix: string };

const nothing: Wanted = { words: [] };

/** What could stand at the last of these words, which may be empty. The words before it are taken as they are, right or wrong. */
export function wantedAt(typed: readonly string[], root: readonly Entry[], globals: readonly OptionSpec[]): Wanted {
  const cursor = typed.at(-1) ?? '';
  let entry: Entry | undefined;
  let options = globals;
  let waiting: OptionSpec | undefined;
  let count = 0;
  for (const word of typed.slice(0, -1)) {
    if (waiting) waiting = undefined;
    else if (word.startsWith('-') && word.length > 1) waiting = takesNext(word, options);
    else if (entry === undefined || isGroup(entry)) {
      if (word === 'help') continue;
      entry = (entry?.commands ?? root).find((each) => namesOf(each).includes(word));
      if (entry === undefined) return nothing;
      options = isGroup(entry) ? [] : (entry.options ?? []);
    } else if (++count && entry.passThrough) return { kind: 'file', prefix: '' };
  }
  if (waiting) return valuesOf(waiting.kind, '');
  if (cursor.startsWith('-')) return atOption(cursor, options);
  if (entry === undefined || isGroup(entry)) {
    const shown = (entry?.commands ?? root).filter((each) => !each.hidden);
    return { words: shown.flatMap((each) => namesOf(each).map((word) => ({ word, says: each.summary }))) };
  }
  const specs = entry.args ?? [];
  const spec = specs[count] ?? (specs.at(-1)?.many ? specs.at(-1) : undefined);
  return valuesOf(spec?.kind, '');
}

/** The option whose value is the next word. */
function takesNext(word: string, options: readonly OptionSpec[]): OptionSpec | undefined {
  if (word.startsWith('--')) return options.find((option) => option.value !== undefined && `--${option.long}` === word);
  const letters = [...word.slice(1)];
  const at = letters.findIndex((letter) => options.some((option) => option.short === letter && option.value !== undefined));
  return at === letters.length - 1 ? options.find(({ short }) => short === letters[at]) : undefined;
}

function atOption(cursor: string, options: readonly OptionSpec[]): Wanted {
  const at = cursor.indexOf('=');
  if (at > 0) {
    const name = cursor.slice(0, at);
    return valuesOf(options.find((option) => `--${option.long}` === name)?.kind, `${name}=`);
  }
  const shown = options.filter((option) => !option.hidden);
  const words = shown.flatMap(({ long, short, help }) => [
    ...(long ? [{ word: `--${long}`, says: help }] : []),
    ...(short ? [{ word: `-${short}`, says: help }] : []),
  ]);
  return { words: [...words, { word: '--help', says: 'Show help.' }] };
}

function valuesOf(kind: ValueKind | undefined, prefix: string): Wanted {
  if (kind === undefined) return nothing;
  return typeof kind === 'object' ? { words: kind.map((word) => ({ word: `${prefix}${word}` })) } : { kind, prefix };
}
