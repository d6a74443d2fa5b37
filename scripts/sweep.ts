import { sweep } from '@nereid/infra-local';
import { readFlags, say, type Verb } from './verb';

export const run: Verb = async (args) => {
  readFlags(args, {});
  const { removed, stayed } = await sweep();
  for (const { kind, name } of removed) say(`removed  ${kind} ${name}`);
  for (const { trace, why } of stayed) say(`stayed   ${trace.kind} ${trace.name}: ${why}`);
  if (removed.length + stayed.length === 0) say('Nothing is left of earlier runs.');
  return stayed.length === 0 ? 0 : 1;
};
