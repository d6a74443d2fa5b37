import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { schemaOwners, type SchemaOwner } from '@nereid/database';
import { administrator, certificateFiles, portOf, rolePasswordFile } from './basics';
import type { CertificateAuthority } from './certificate-authority';
import { type Installation, repository } from './installation';
import { nodeFacingAddress } from './node-facing-address';
import { externalTags, simulatedTag } from './subnets';

const all = ['identity', 'vmapi', 'cnapi', 'napi', 'imgapi', 'analytics', 'adminapi', 'cloudapi'] as const;
export type ServiceName = (typeof all)[number];

/** The services of a cloud, in the order in which their names are shown. */
export const serviceNames: readonly ServiceName[] = all.filter((name) => existsSync(join(repository, 'apps', name, 'src', 'main.ts')));

/** The name of the datacenter of a local cloud. */
export const datacenterName = 'local-1';

/** Addresses by which the doors are reached from this machine. */
export interface Doors {
  readonly cloudapi: string;
  readonly adminapi: string;
  /** imgapi's file door. */
  readonly files: string;
}

export async function doorsOf(installation: Installation): Promise<Doors> {
  const url = async (host: string, name: string): Promise<string> => `https://${host}:${await doorPort(installation, name)}`;
  const forNodes = nodeFacingAddress(installation);
  return { cloudapi: await url('127.0.0.1', 'cloudapi'), adminapi: await url(forNodes, 'adminapi'), files: await url(forNodes, 'files') };
}

/** The settings of every service: what all have (packages/platform, service-config.ts) and what each adds. */
export async function serviceConfigs(installation: Installation, authority: CertificateAuthority): Promise<Record<ServiceName, object>> {
  const database = await administrator(installation);
  const forNodes = nodeFacingAddress(installation);
  const busServers = [`${forNodes}:${await portOf(installation, 'nats')}`];
  const redis = { url: `redis://127.0.0.1:${await portOf(installation, 'redis')}` };
  const tls = await certificateFiles(installation, authority, 'doors', ['127.0.0.1', 'localhost', forNodes]);
  const http = async (host: string, name: string): Promise<object> => ({ host, port: await doorPort(installation, name), tls });

  const own: Record<ServiceName, object> = {
    identity: {},
    vmapi: { redis },
    cnapi: { nodes: { busServers, authorityFile: nodeAuthorityPath(installation) } },
    napi: { publicNicTags: [...externalTags, simulatedTag] },
    imgapi: {
      http: await http(forNodes, 'files'),
      files: { directory: dataFolder(installation, 'images'), publicUrl: (await doorsOf(installation)).files },
    },
    analytics: { exposition: { port: await doorPort(installation, 'exposition') } },
    adminapi: {
      http: await http(forNodes, 'adminapi'),
      portal: { directory: installation.as.pathFor(join(repository, 'apps', 'adminui', 'dist')) },
    },
    cloudapi: { http: await http('127.0.0.1', 'cloudapi'), datacenters: { [datacenterName]: (await doorsOf(installation)).cloudapi } },
  };
  const common = (name: ServiceName): object => ({
    datacenter: datacenterName,
    installation: installation.id,
    ...(isSchemaOwner(name)
      ? {
          database: {
            host: database.host,
            port: database.port,
            database: database.database,
            passwordFile: rolePasswordFile(installation, name),
            ...(name === 'analytics' && { poolSize: 2 }), // it writes once in ten seconds
          },
        }
      : {}),
    bus: { servers: busServers, credsFile: credsFile(installation, name), caFile: authority.file },
  });
  return Object.fromEntries(serviceNames.map((name) => [name, { ...common(name), ...own[name] }])) as Record<ServiceName, object>;
}

/** The file with the keys by which cnapi lets nodes onto the bus and keeps them off it. */
export function nodeAuthorityPath(installation: Installation): string {
  return join(installation.as.ownDirectory(installation.path('secrets')), 'node-authority.json');
}

/** The file with a program's bus credentials. */
export function credsFile(installation: Installation, name: string): string {
  return installation.path('secrets', `${name}.creds`);
}

/** Doors keep their ports while the process that opened them runs. */
function doorPort(installation: Installation, door: string): Promise<number> {
  const opener = { files: 'imgapi', exposition: 'analytics' }[door] ?? door;
  const isOpen = ['standalone', opener].some((name) => installation.processes.living(name) !== undefined);
  return installation.port(door, isOpen);
}

function isSchemaOwner(name: string): name is SchemaOwner {
  return (schemaOwners as readonly string[]).includes(name);
}

/** A folder for what a service keeps in files, of the services' user. */
function dataFolder(installation: Installation, name: string): string {
  mkdirSync(installation.path('data'), { recursive: true });
  return installation.as.ownDirectory(installation.path('data', name));
}
