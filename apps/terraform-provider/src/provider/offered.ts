import { accountSource } from '../data/account';
import { imageSource } from '../data/image';
import { machineSource } from '../data/machine';
import { machinesSource } from '../data/machines';
import { networkSource } from '../data/network';
import { packageSource } from '../data/package';
import { KeyResource } from '../key/key-resource';
import { MachineResource } from '../machine/machine-resource';
import type { ProviderHandlers } from '../protocol/calls';
import { handlersOf } from './handlers';
import { NereidProvider, type ProviderPorts } from './nereid-provider';
import type { DataSource, Resource } from './resource';

/** The resources that the provider has. */
export function resourcesWith({ ids }: Pick<ProviderPorts, 'ids'>): ReadonlyMap<string, Resource> {
  return byName([new MachineResource(ids), new KeyResource()]);
}

/** The data sources that the provider has. */
export const dataSources: ReadonlyMap<string, DataSource> = byName([
  accountSource,
  imageSource,
  machineSource,
  machinesSource,
  networkSource,
  packageSource,
]);

/** The whole provider, ready to answer. */
export function makeProvider(ports: ProviderPorts): { handlers: ProviderHandlers; close: () => void } {
  const provider = new NereidProvider(resourcesWith(ports), dataSources, ports);
  return { handlers: handlersOf(provider), close: () => provider.close() };
}

function byName<T extends { readonly name: string }>(all: readonly T[]): ReadonlyMap<string, T> {
  return new Map(all.map((each) => [each.name, each]));
}
