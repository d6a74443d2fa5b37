import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrate, setRolePasswords, schemaOwners, type SchemaOwner } from '@nereid/database';
import { natsAuthorization } from './bus-credentials';
import { CertificateAuthority } from './certificate-authority';
import type { Installation } from './installation';
import { nodeFacingAddress } from './node-facing-address';
import { startNats } from './nats';
import { postgresAdministrator, startPostgres } from './postgres';
import { startRedis } from './redis';

/** What every program of the cloud leans on; where to find it. */
export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly passwordFile: string;
}

/** The database of an installation. */
export const databaseName = 'nereid';

/** Starts PostgreSQL unless it runs. Answers a remark for the progress line. */
export async function ensurePostgres(installation: Installation): Promise<string> {
  const port = await portOf(installation, 'postgres');
  if (isRunning(installation, 'postgres')) return running(port);
  await startPostgres({
    ...placeOf(installation, 'postgres'),
    port,
    passwordFile: installation.secretFile('postgres.password'),
    maxConnections: 100,
    isDurable: true,
  });
  return `port ${port}`;
}

/** Starts NATS unless it runs, with TLS, where nodes reach it; services use the same address. */
export async function ensureNats(installation: Installation, authority: CertificateAuthority): Promise<string> {
  const port = await portOf(installation, 'nats');
  if (isRunning(installation, 'nats')) return running(port);
  const host = nodeFacingAddress(installation);
  const directory = installation.as.ownDirectory(installation.path('nats'));
  await startNats({
    ...placeOf(installation, 'nats'),
    port,
    host,
    authorization: natsAuthorization(installation, directory),
    tls: await certificateFiles(installation, authority, 'bus', ['127.0.0.1', 'localhost', host]),
  });
  return `port ${port}`;
}

/** Starts Redis unless it runs. */
export async function ensureRedis(installation: Installation): Promise<string> {
  const port = await portOf(installation, 'redis');
  if (isRunning(installation, 'redis')) return running(port);
  await startRedis({ ...placeOf(installation, 'redis'), port });
  return `port ${port}`;
}

/** The authority of the installation, made at its first start. */
export function ensureAuthority(installation: Installation): Promise<CertificateAuthority> {
  return CertificateAuthority.ensure(installation.path('ca'), installation.id);
}

/** Makes the database when there is none, applies the migrations it lacks, and sets the passwords of the owners' roles. */
export async function ensureSchema(installation: Installation): Promise<string> {
  const { database, passwordFile, ...where } = await administrator(installation);
  const connection = { ...where, password: readFileSync(passwordFile, 'utf8') };
  await createDatabase(connection, database);
  const { applied } = await migrate({ ...connection, database });
  const passwords = schemaOwners.map((owner) => [owner, readFileSync(rolePasswordFile(installation, owner), 'utf8')] as const);
  await setRolePasswords({ ...connection, database }, Object.fromEntries(passwords));
  return applied.length === 0 ? 'up to date' : `${applied.length} migrations applied`;
}

/** How the administrator reaches the database. */
export async function administrator(installation: Installation): Promise<PostgresAddress> {
  const port = await portOf(installation, 'postgres');
  const passwordFile = installation.secretFile('postgres.password');
  return { host: '127.0.0.1', port, database: databaseName, user: postgresAdministrator, passwordFile };
}

/** The file with the password of an owner's role. */
export function rolePasswordFile(installation: Installation, owner: SchemaOwner): string {
  return installation.secretFile(`${owner}.password`);
}

/** Certificate and key of a server, kept in the state and renewed when they run out or lack a host. */
export async function certificateFiles(
  installation: Installation,
  authority: CertificateAuthority,
  name: string,
  hosts: readonly string[],
): Promise<{ certFile: string; keyFile: string }> {
  const directory = installation.as.ownDirectory(installation.path('tls'));
  const [certFile, keyFile] = [join(directory, `${name}.pem`), join(directory, `${name}-key.pem`)];
  const isGood = existsSync(certFile) && existsSync(keyFile) && (await authority.isGood(readFileSync(certFile, 'utf8'), hosts));
  if (!isGood) {
    const { certificate, privateKey } = await authority.certify(`Nereid ${name} ${installation.id}`, hosts);
    installation.as.ownFile(certFile, certificate);
    installation.as.ownFile(keyFile, privateKey);
  }
  return { certFile, keyFile };
}

/** The port of one of the installation's servers; the same one while it runs. */
export function portOf(installation: Installation, name: string): Promise<number> {
  return installation.port(name, isRunning(installation, name));
}

function isRunning(installation: Installation, name: string): boolean {
  return installation.processes.living(name) !== undefined;
}

function running(port: number): string {
  return `port ${port}, was running`;
}

function placeOf(installation: Installation, name: string) {
  return {
    directory: installation.path(name),
    logFile: installation.logFile(name),
    as: installation.as,
    env: installation.env,
    started: (record: Parameters<Installation['processes']['save']>[0]) => installation.processes.save(record),
  };
}

async function createDatabase(connection: { host: string; port: number; user: string; password: string }, database: string): Promise<void> {
  const { Client } = await import('pg');
  const client = new Client({ ...connection, database: 'postgres' });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (!rowCount) await client.query(`CREATE DATABASE ${database}`);
  } finally {
    await client.end();
  }
}
