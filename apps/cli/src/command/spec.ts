import type { Context } from '../context';

/** What a value is, so that the shell can complete it. */
export type ValueKind = 'instance' | 'image' | 'package' | 'network' | 'key' | 'profile' | 'server' | 'file' | readonly string[];

/** One option of a command. */
export interface OptionSpec {
  /** `wait-timeout`, or empty for one that has a letter only. */
  readonly long: string;
  readonly short?: string;
  /** Placeholder of its value; a flag when absent. */
  readonly value?: string;
  /** May be given several times; the values are collected. Of a flag: its occurrences are counted. */
  readonly many?: boolean;
  readonly help: string;
  readonly kind?: ValueKind;
  /** Understood, but not listed. */
  readonly hidden?: boolean;
}

export interface ArgumentSpec {
  /** `INST`, as help shows it. */
  readonly name: string;
  readonly optional?: boolean;
  /** Takes all that follow. */
  readonly many?: boolean;
  readonly kind?: ValueKind;
}

export interface Example {
  readonly line: string;
  readonly says: string;
}

/** What was typed behind a command. */
export interface Given {
  /** The options that were given, by their `key`. */
  readonly flags: ReadonlySet<string>;
  readonly values: Readonly<Record<string, readonly string[]>>;
  readonly args: readonly string[];
}

/** Does the work. Answers the exit code when it is not 0. */
export type Run = (context: Context, given: Given) => Promise<number | void>;

/** One command: everything that help, completion and parsing know about it. The code that does it is loaded only when it is run. */
export interface CommandSpec {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  /** Further paragraphs of its help. */
  readonly details?: readonly string[];
  readonly args?: readonly ArgumentSpec[];
  readonly options?: readonly OptionSpec[];
  readonly examples: readonly Example[];
  /** After the arguments that are declared everything belongs to another program, options too. */
  readonly passThrough?: boolean;
  readonly hidden?: boolean;
  /** Of a shortcut: the command that it stands for, as errors and help name it. */
  readonly shownAs?: string;
  readonly load: () => Promise<{ readonly run: Run }>;
}

export interface GroupSpec {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly hidden?: boolean;
  readonly commands: readonly (CommandSpec | GroupSpec)[];
}

export type Entry = CommandSpec | GroupSpec;

/** Another name for a command elsewhere in the tree. */
export function shortcut(to: string, command: CommandSpec, name: string, ...aliases: string[]): CommandSpec {
  return { ...command, name, aliases, shownAs: to, summary: `A shortcut for "nereid ${to}".` };
}

export function isGroup(entry: Entry): entry is GroupSpec {
  return 'commands' in entry;
}

/** The name under which an option's values are kept: its long name, else its letter. */
export function keyOf(option: OptionSpec): string {
  return option.long || option.short!;
}

export function namesOf(entry: Entry): readonly string[] {
  return [entry.name, ...(entry.aliases ?? [])];
}

/** `nereid instance get [OPTIONS] INST`. */
export function synopsis(path: string, command: CommandSpec): string {
  const args = (command.args ?? []).map(({ name, many, optional }) => {
    const text = many ? `${name}...` : name;
    return optional ? `[${text}]` : text;
  });
  return [path, '[OPTIONS]', ...args].join(' ');
}
