import { schemaOwners, type SchemaOwner } from '@nereid/database';
import { administrator, certificateFiles, portOf, rolePasswordFile } from './basics';
import type { CertificateAuthority } from './certificate-authority';
import type { Installation } from './installation';

/** The services of a cloud, in the order in which their names are shown. */
export const serviceNames = ['identity', 'vmapi', 'cnapi', 'napi', 'imgapi', 'adminapi', 'cloudapi'] as const;
export type ServiceName = (typeof serviceNames)[number];

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
  const url = async (name: string): Promise<string> => `https://127.0.0.1:${await doorPort(installation, name)}`;
  return { cloudapi: await url('cloudapi'), adminapi: await url('adminapi'), files: await url('files') };
}

/** The settings of every service: what all have (packages/platform, service-config.ts) and what each adds. */
export async function serviceConfigs(installation: Installation, authority: CertificateAuthority): Promise<Record<ServiceName, object>> {
  const database = await administrator(installation);
  const natsPort = await portOf(installation, 'nats');
  const redis = { url: `redis://127.0.0.1:${await portOf(installation, 'redis')}` };
  const tls = await certificateFiles(installation, authority, 'doors', ['127.0.0.1', 'localhost']);
  const http = async (name: string): Promise<object> => ({ host: '127.0.0.1', port: await doorPort(installation, name), tls });
  const doors = await doorsOf(installation);

  const own: Record<ServiceName, object> = {
    identity: {},
    vmapi: { redis },
    cnapi: {},
    napi: {},
    imgapi: { http: await http('files') },
    adminapi: { http: await http('adminapi') },
    cloudapi: { http: await http('cloudapi') },
  };
  const common = (name: ServiceName): object => ({
    datacenter: datacenterName,
    installation: installation.id,
    ...(isSchemaOwner(name)
      ? { database: { host: database.host, port: database.port, database: database.database, passwordFile: rolePasswordFile(installation, name) } }
      : {}),
    bus: { servers: [`127.0.0.1:${natsPort}`], credsFile: credsFile(installation, name), caFile: authority.file },
  });
  void doors;
  return Object.fromEntries(serviceNames.map((name) => [name, { ...common(name), ...own[name] }])) as Record<ServiceName, object>;
}

/** The file with a program's bus credentials. */
export function credsFile(installation: Installation, name: string): string {
  return installation.path('secrets', `${name}.creds`);
}

/** Doors keep their ports while the process that opened them runs. */
function doorPort(installation: Installation, door: string): Promise<number> {
  const opener = door === 'files' ? 'imgapi' : door;
  const isOpen = ['standalone', opener].some((name) => installation.processes.living(name) !== undefined);
  return installation.port(door, isOpen);
}

function isSchemaOwner(name: string): name is SchemaOwner {
  return (schemaOwners as readonly string[]).includes(name);
}
