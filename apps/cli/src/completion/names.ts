import type { ValueKind } from '../command/spec';
import type { Cloud } from '../cloud/cloud';
import { kept, minutesMs } from '../cloud/kept';
import { listMachines } from '../cloud/machines';
import { routes } from '../cloud/routes.at-build';
import type { Context } from '../context';

type Named = Exclude<ValueKind, readonly string[] | 'file' | 'profile' | 'server'>;

const fetches: Readonly<Record<Named, (cloud: Cloud) => Promise<string[]>>> = {
  instance: async (cloud) => (await listMachines(cloud)).map(({ name }) => name),
  image: async (cloud) => {
    const { body } = await cloud.call(routes.listImages, {}, {});
    return body.flatMap(({ name, version }) => [name, `${name}@${version}`]);
  },
  package: async (cloud) => (await cloud.call(routes.listPackages, {}, {})).body.map(({ name }) => name),
  network: async (cloud) => (await cloud.call(routes.listNetworks, {}, {})).body.map(({ name }) => name),
  key: async (cloud) => (await cloud.call(routes.listKeys)).body.map(({ name }) => name),
};

/**
 * Names of a kind, at most five minutes old, so that a key typed twice asks once. Nobody is asked for a passphrase between two keys: with a
 * locked key, or without an answer, there are none.
 */
export async function namesOfKind(context: Context, kind: ValueKind): Promise<string[]> {
  if (kind === 'profile') return context.profiles.names();
  if (typeof kind === 'object' || kind === 'file' || kind === 'server') return [];
  try {
    const profile = context.profile();
    const fetch = async (): Promise<string[]> => [...new Set(await fetches[kind](await context.cloud()))];
    const names = await kept(context, profile, `names.${kind}`, minutesMs(5), fetch);
    return names.filter((name) => !/\s/.test(name));
  } catch {
    return [];
  }
}
