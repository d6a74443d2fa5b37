import type { Run } from '../command/spec';
import { wantedAt } from '../completion/candidates';
import { namesOfKind } from '../completion/names';
import { globalOptions, root } from '../table/root';

export const run: Run = async (context, { args }) => {
  const wanted = wantedAt(args, root, globalOptions);
  if ('words' in wanted) return context.terminal.print(...wanted.words.map(({ word, says }) => (says ? `${word}\t${says}` : word)));
  if (wanted.kind === 'file') return context.terminal.print(':file');
  const names = await namesOfKind(context, wanted.kind);
  context.terminal.print(...names.map((name) => `${wanted.prefix}${name}`));
};
