import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { Installation } from '@nereid/infra-local';
import { Misuse, readFlags, type Verb } from './verb';

export const run: Verb = async (args) => {
  const { positionals } = readFlags(args, {}, true);
  const installation = Installation.find();
  if (!installation) throw new Error('this checkout has no cloud; ./dev up makes one');
  const known = readdirSync(installation.path('log')).map((file) => basename(file, '.log'));
  const wanted = positionals.length > 0 ? positionals : known;
  for (const name of wanted) {
    if (!known.includes(name)) throw new Misuse(`no log of "${name}" (${known.join(', ')})`);
  }
  const tail = spawn('tail', ['-n', '20', '-F', ...wanted.map((name) => installation.logFile(name))], { stdio: 'inherit' });
  return new Promise((resolve) => tail.on('close', () => resolve(0)));
};
