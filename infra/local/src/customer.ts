import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as sshpk from 'sshpk';
import type { Installation } from './installation';
import { lookForProgram } from './programs';

/** The customer that a new cloud comes with: a login, a key made here, and a home of its own for the tools that sign with it. */
export interface Customer {
  readonly login: string;
  readonly email: string;
  /** Home directory for customer tools: `.ssh`, the triton profile. Belongs to whoever runs ./dev, not to the services. */
  readonly home: string;
  readonly privateKeyFile: string;
  /** OpenSSH line. */
  readonly publicKey: string;
  /** MD5, `aa:bb:…`: the name by which clients know the key. */
  readonly fingerprint: string;
}

export const customerLogin = 'demo';

/** The customer of an installation. The key is made at the first call; it never leaves this machine. */
export function customerOf(installation: Installation): Customer {
  const home = installation.path('customer');
  const privateKeyFile = join(home, '.ssh', 'id_rsa'); // the name that signing tools look for in a home
  if (!existsSync(privateKeyFile)) {
    mkdirSync(join(home, '.ssh'), { recursive: true, mode: 0o700 });
    // RSA, for every client there ever was can sign with it; as PEM, which both OpenSSH and the signing libraries read.
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    });
    const publicKey = sshpk.parsePrivateKey(privateKey, 'pem').toPublic();
    publicKey.comment = `${customerLogin}@${installation.id}`;
    writeFileSync(`${privateKeyFile}.pub`, `${publicKey.toString('ssh')}\n`);
    writeFileSync(privateKeyFile, privateKey, { mode: 0o600 });
  }
  const publicKey = readFileSync(`${privateKeyFile}.pub`, 'utf8').trim();
  const fingerprint = sshpk.parseKey(publicKey, 'ssh').fingerprint('md5').toString('hex');
  return { login: customerLogin, email: `${customerLogin}@example.com`, home, privateKeyFile, publicKey, fingerprint };
}

/**
 * Writes what the triton command reads (its profile) and an `ssh` in front of the real one. Instances come and go and get each other's
 * addresses, so their host keys are not remembered; and OpenSSH looks for keys in the home of the user database, not in $HOME.
 */
export function writeCustomerTools(customer: Customer, cloudapiUrl: string): void {
  const profiles = join(customer.home, 'config', 'triton', 'profiles.d');
  mkdirSync(profiles, { recursive: true });
  const profile = { url: cloudapiUrl, account: customer.login, keyId: customer.fingerprint };
  writeFileSync(join(profiles, 'local.json'), `${JSON.stringify(profile, undefined, 2)}\n`);
  writeFileSync(join(customer.home, 'config', 'triton', 'config.json'), '{ "profile": "local" }\n');

  const ssh = lookForProgram('ssh');
  if (!ssh) return;
  const options = [
    `IdentityFile="${customer.privateKeyFile}"`,
    'IdentitiesOnly=yes',
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
    'LogLevel=ERROR',
  ];
  const flags = options.map((option) => `-o '${option}'`).join(' ');
  mkdirSync(join(customer.home, 'bin'), { recursive: true });
  writeFileSync(join(customer.home, 'bin', 'ssh'), `#!/bin/sh\nexec ${ssh.file} -F none ${flags} "$@"\n`, { mode: 0o755 });
}

/** The environment in which customer tools act as this customer of this cloud. */
export function customerEnv(customer: Customer, authorityFile: string): Record<string, string> {
  return {
    HOME: customer.home,
    XDG_CONFIG_HOME: join(customer.home, 'config'),
    NODE_EXTRA_CA_CERTS: authorityFile,
    NEREID_CA_FILE: authorityFile,
    PATH: `${join(customer.home, 'bin')}:${process.env['PATH'] ?? ''}`,
  };
}
