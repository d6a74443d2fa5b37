import type { cloudapi } from '@nereid/contracts';
import { Problem } from '../diagnostics/problem';
import type { Reach } from '../provider/resource';
import { text, texts, type ObjectValue } from '../values/value';
import { isId, type Catalogue } from '../api/catalogue';
import type { Spelling } from './state';

/**
 * How package, image and networks of an instance are to be spelt in the state: as before while they mean the same, since another spelling
 * is no change, and otherwise as the API does.
 */
export async function spellingOf(machine: cloudapi.MachineObject, known: ObjectValue, { catalogue }: Reach): Promise<Spelling> {
  const size = text(known['package']);
  const isSamePackage =
    size !== undefined && (size === machine.package || (isId(size) && (await packageName(size, catalogue)) === machine.package));
  const knownId = text(known['package_id']);
  const networks = machine.networks ?? [];
  const spelt = texts(known['networks']);
  return {
    package: isSamePackage ? size : machine.package,
    package_id: isSamePackage && knownId !== undefined ? knownId : ((await packageId(machine.package, catalogue)) ?? null),
    image: text(known['image_id']) === machine.image ? (text(known['image']) ?? machine.image) : machine.image,
    networks: spelt && (await areNetworks(spelt, networks, catalogue)) ? spelt : networks,
  };
}

/** Whether these names and ids mean these networks, in this order. */
async function areNetworks(spelt: readonly string[], ids: readonly string[], catalogue: Catalogue): Promise<boolean> {
  if (spelt.length !== ids.length) return false;
  const meant = await Promise.all(
    spelt.map(async (each) => (isId(each) ? each : orUndefined(catalogue.network(each, []).then(({ id }) => id)))),
  );
  return meant.every((id, index) => id?.toLowerCase() === ids[index]);
}

async function packageName(spelt: string, catalogue: Catalogue): Promise<string | undefined> {
  return (await orUndefined(catalogue.package(spelt, [])))?.name;
}

async function packageId(spelt: string, catalogue: Catalogue): Promise<string | undefined> {
  return (await orUndefined(catalogue.package(spelt, [])))?.id;
}

/** A package or network that is not offered any more may still be in use. */
async function orUndefined<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}
