import type { Run } from '../../command/spec';
import { sshTo } from './ssh-target';

export const run: Run = async (context, given) => {
  const argv = await sshTo(context, given, given.flags.has('tty') ? ['-tt'] : ['-T']);
  await context.close();
  const command = given.args.slice(1).filter((word, at) => at > 0 || word !== '--');
  // What is behind the address goes to the shell there as one text: each word is quoted so that it arrives as it is.
  return context.programs.attach([...argv, '--', command.map(quoted).join(' ')] as [string, ...string[]], context.env);
};

/** A word that a POSIX shell reads as itself. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
