import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Installation, customerEnv, customerOf } from '@nereid/infra-local';
import { repository, type Verb } from './verb';

/** The real triton command, as the customer of this cloud. Everything behind the verb is its own. */
export const run: Verb = async (args) => {
  const installation = Installation.find();
  if (!installation || !existsSync(installation.path('customer', 'config')))
    throw new Error('this checkout has no cloud; ./dev up makes one');
  const command = join(repository, 'infra', 'local', 'node_modules', 'triton', 'bin', 'triton');
  const env = { ...process.env, ...customerEnv(customerOf(installation), installation.path('ca', 'ca.pem')) };
  for (const name of Object.keys(env)) {
    if (/^(TRITON|SDC)_/.test(name) || name === 'SSH_AUTH_SOCK') Reflect.deleteProperty(env, name); // another cloud's
  }
  const child = spawn(process.execPath, ['--no-deprecation', command, ...args], { env, stdio: 'inherit' });
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
};
