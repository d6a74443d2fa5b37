import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Installation, missingForTerraform, terraformEnv } from '@nereid/infra-local';
import { bundle } from './build';
import type { Verb } from './verb';

/** Terraform in the directory where this was typed, with this checkout's provider, as the customer of this cloud. */
export const run: Verb = async (args) => {
  const installation = Installation.find();
  if (!installation || !existsSync(installation.path('customer', 'config')))
    throw new Error('this checkout has no cloud; ./dev up makes one');
  const missing = missingForTerraform();
  if (missing) throw new Error(`${missing} is not on this machine`);
  await bundle('terraform-provider', 'terraform-provider-nereid');
  const env = { ...process.env, ...(await terraformEnv(installation)) };
  const child = spawn('terraform', [...args], { env, stdio: 'inherit' });
  process.on('SIGINT', () => undefined); // Terraform hears it too, and ends in its own time
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
};
