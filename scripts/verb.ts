import { parseArgs, type ParseArgsConfig } from 'node:util';
import { dirname } from 'node:path';

/** One verb of `./dev`: gets what stands behind it, answers the exit code. */
export type Verb = (args: readonly string[]) => Promise<number>;

/** The command was not understood: exit code 2. */
export class Misuse extends Error {}

/** The checkout. */
export const repository = dirname(__dirname);

/** Reads flags strictly. @throws Misuse naming the flag that is unknown or wants a value */
export function readFlags<T extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: T,
  allowPositionals = false,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals, strict: true });
  } catch (error) {
    throw new Misuse((error as Error).message.split('. ')[0]);
  }
}

/** A line for the person at the terminal. */
export function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}
