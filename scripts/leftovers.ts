import { leftovers } from '@nereid/infra-local';
import { readFlags, say, type Verb } from './verb';

export const run: Verb = async (args) => {
  readFlags(args, {});
  const found = leftovers();
  for (const { kind, name, installation, remark } of found)
    say(`${installation}  ${kind.padEnd(17)} ${name}${remark ? `  ${remark}` : ''}`);
  if (found.length === 0) say('Nothing is left of earlier runs.');
  return found.length === 0 ? 0 : 1;
};
