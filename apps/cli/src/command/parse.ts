import { usageError } from '../cli-error';
import { didYouMean } from './nearest';
import { keyOf, type ArgumentSpec, type Given, type OptionSpec } from './spec';

export interface ParseRules {
  readonly options: readonly OptionSpec[];
  /** Behind how many words nothing is looked at any more; undefined: never. */
  readonly ownWords?: number;
}

export interface Parsed extends Given {
  /** What was not looked at: behind `ownWords` words. */
  readonly rest: readonly string[];
}

/**
 * Reads options and words: `--name value`, `--name=value`, `-n value`, `-nvalue`, `-abc`, `--`.
 * @throws CliError `Option` an option that is unknown (with the nearest one), lacks its value, or is given twice
 */
export function parse(typed: readonly string[], rules: ParseRules): Parsed {
  const flags = new Set<string>();
  const values: Record<string, string[]> = {};
  const args: string[] = [];
  const waiting = [...typed];
  const take = (option: OptionSpec, shown: string, inline: string | undefined): void => {
    const key = keyOf(option);
    flags.add(key);
    if (option.value === undefined) {
      if (inline !== undefined) throw optionError(`option "${shown}" takes no value`);
      if (option.many) (values[key] ??= []).push('');
      return;
    }
    const value = inline ?? waiting.shift();
    if (value === undefined) throw optionError(`option "${shown}" wants a value, ${option.value}`);
    if (values[key] && !option.many) values[key] = [value];
    else (values[key] ??= []).push(value);
  };
  while (waiting.length > 0) {
    if (rules.ownWords && args.length === rules.ownWords) return { flags, values, args, rest: waiting };
    const word = waiting.shift()!;
    if (word === '--') return { flags, values, args: [...args, ...waiting], rest: [] };
    if (word.startsWith('--')) {
      const at = word.indexOf('=');
      const name = at < 0 ? word : word.slice(0, at);
      take(byLong(rules.options, name), name, at < 0 ? undefined : word.slice(at + 1));
    } else if (word.startsWith('-') && word.length > 1) {
      for (let at = 1; at < word.length; at++) {
        const option = byShort(rules.options, word[at]!);
        const rest = word.slice(at + 1);
        take(option, `-${word[at]}`, option.value !== undefined && rest !== '' ? rest : undefined);
        if (option.value !== undefined) break;
      }
    } else if (rules.ownWords === 0) {
      return { flags, values, args, rest: [word, ...waiting] };
    } else {
      args.push(word);
    }
  }
  return { flags, values, args, rest: [] };
}

/** @throws CliError `Usage` too few or too many words */
export function checkCount(args: readonly string[], specs: readonly ArgumentSpec[]): void {
  const missing = specs.filter((spec) => !spec.optional)[args.length];
  if (missing) throw usageError(`incorrect number of args: ${missing.name} is missing`);
  if (args.length > specs.length && !specs.at(-1)?.many)
    throw usageError(`incorrect number of args: "${args[specs.length]}" is one too many`);
}

function byLong(options: readonly OptionSpec[], shown: string): OptionSpec {
  const found = options.find((option) => option.long !== '' && `--${option.long}` === shown);
  if (found) return found;
  const known = options.filter((option) => option.long !== '' && !option.hidden).map((option) => `--${option.long}`);
  throw optionError(`unknown option: "${shown}"${didYouMean(shown, known)}`);
}

function byShort(options: readonly OptionSpec[], letter: string): OptionSpec {
  const found = options.find((option) => option.short === letter);
  if (found) return found;
  const otherCase = options.find((option) => option.short?.toLowerCase() === letter.toLowerCase());
  throw optionError(`unknown option: "-${letter}"${otherCase ? `; did you mean "-${otherCase.short}"?` : ''}`);
}

function optionError(message: string): Error {
  return usageError(message, {}, 'Option');
}
