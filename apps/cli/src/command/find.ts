import { usageError } from '../cli-error';
import { didYouMean } from './nearest';
import { isGroup, namesOf, type CommandSpec, type Entry } from './spec';

/** What the words at the beginning name. */
export interface Found {
  /** `nereid instance get`: groups by their name, the command as it was typed, a shortcut as what it stands for. */
  readonly path: string;
  /** Undefined: the words ended before any, at the root. */
  readonly entry: Entry | undefined;
  /** Words behind it. */
  readonly rest: readonly string[];
}

/**
 * Follows words down the tree, as far as a command or as there are words.
 * @throws CliError `UnknownCommand` with the nearest one
 */
export function find(words: readonly string[], root: readonly Entry[], path = 'nereid'): Found {
  let entry: Entry | undefined;
  let rest = words;
  while (entry === undefined || isGroup(entry)) {
    const [word, ...more] = rest;
    if (word === undefined || word.startsWith('-') || word === 'help') return { path, entry, rest };
    const entries: readonly Entry[] = entry?.commands ?? root;
    const next = entries.find((each) => namesOf(each).includes(word));
    if (!next) throw unknown(word, entries, path);
    path = isGroup(next) ? `${path} ${next.name}` : next.shownAs ? `nereid ${next.shownAs}` : `${path} ${word}`;
    entry = next;
    rest = more;
  }
  return { path, entry, rest };
}

/** Every command with its path, in the order of the table. */
export function* everyCommand(entries: readonly Entry[], path = 'nereid'): Generator<{ path: string; command: CommandSpec }> {
  for (const entry of entries) {
    if (isGroup(entry)) yield* everyCommand(entry.commands, `${path} ${entry.name}`);
    else yield { path: `${path} ${entry.name}`, command: entry };
  }
}

function unknown(word: string, entries: readonly Entry[], path: string): Error {
  const names = [...entries.filter((entry) => !entry.hidden).flatMap(namesOf), 'help'];
  const error = usageError(`unknown command: "${word}"${didYouMean(word, names)}`, {}, 'UnknownCommand');
  return Object.assign(error, { program: path });
}
