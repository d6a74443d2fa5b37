import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Installation, customerEnv, customerOf } from '@nereid/infra-local';
import { repository, type Verb } from './verb';

/** The real triton command, as the customer of this cloud. Everything behind the verb is its own. */
export const run: Verb = (args) => asCustomer(join(repository, 'infra', 'local', 'node_modules', 'triton', 'bin', 'triton'), args);

/** Runs a program of node in the environment of this cloud's customer, at this terminal. Answers its exit code. */
export async function asCustomer(file: string, args: readonly string[]): Promise<number> {
  const installation = Installation.find();
  if (!installation || !existsSync(installation.path('customer', 'config')))
    throw new Error('this checkout has no cloud; ./dev up makes one');
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const name of Object.keys(env)) {
    if (/^(NEREID|TRITON|SDC)_/.test(name) || name === 'SSH_AUTH_SOCK') Reflect.deleteProperty(env, name); // another cloud's
  }
  Object.assign(env, customerEnv(customerOf(installation), installation.path('ca', 'ca.pem')));
  const child = spawn(process.execPath, ['--no-deprecation', file, ...args], { env, stdio: 'inherit' });
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
}
