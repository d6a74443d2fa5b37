import { Installation, ensureSchema } from '@nereid/infra-local';
import { readFlags, say, type Verb } from './verb';

export const run: Verb = async (args) => {
  readFlags(args, {});
  const installation = Installation.find();
  if (!installation?.processes.living('postgres')) throw new Error('the database does not run; ./dev up starts it');
  say(await ensureSchema(installation));
  return 0;
};
