import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { customerOf } from './customer';
import { type Installation, repository } from './installation';
import { lookForProgram } from './programs';
import { doorsOf } from './service-config';

/** What a configuration names as the provider's `source`. The host answers nothing: the provider comes from a folder. */
export const providerSource = 'terraform.nereid.test/nereid/nereid';
const version = '0.1.0';
const build = join(repository, 'apps', 'terraform-provider', 'dist', 'terraform-provider-nereid');

/** Terraform's name of this kind of machine. */
function platform(): string {
  const arch = { x64: 'amd64', arm64: 'arm64', ia32: '386', arm: 'arm' }[process.arch as string] ?? process.arch;
  return `${process.platform}_${arch}`;
}

/** What is missing for running Terraform here; undefined when nothing is. */
export function missingForTerraform(): string | undefined {
  return lookForProgram('terraform') ? undefined : 'the program terraform';
}

/**
 * Writes a filesystem mirror with the built provider, and Terraform's own settings beside it; answers the environment in which
 * `terraform` takes the provider from there and works as this cloud's customer. Nothing is asked of the network: neither a registry
 * nor whether there is a newer Terraform.
 */
export async function terraformEnv(installation: Installation): Promise<Record<string, string>> {
  if (!existsSync(build)) throw new Error(`the provider is not built: ${build} is missing`);
  const home = installation.path('customer', 'terraform');
  const mirror = join(home, 'mirror');
  putProvider(join(mirror, providerSource, version, platform(), `terraform-provider-nereid_v${version}`));
  const settings = join(home, 'terraform.rc');
  writeFileSync(
    settings,
    `disable_checkpoint = true\nprovider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
  );
  const customer = customerOf(installation);
  return {
    TF_CLI_CONFIG_FILE: settings,
    CHECKPOINT_DISABLE: '1',
    NEREID_URL: (await doorsOf(installation)).cloudapi,
    NEREID_ACCOUNT: customer.login,
    NEREID_KEY_PATH: customer.privateKeyFile,
    NEREID_CA_FILE: installation.path('ca', 'ca.pem'),
  };
}

/** In one step, for Terraform starts the file through a link, perhaps at this moment. */
function putProvider(file: string): void {
  if (existsSync(file) && readFileSync(file).equals(readFileSync(build))) return;
  mkdirSync(dirname(file), { recursive: true });
  const made = join(dirname(dirname(file)), `${process.pid}.new`); // outside the folder whose content Terraform takes a checksum of
  copyFileSync(build, made); // with its mode
  renameSync(made, file);
}
