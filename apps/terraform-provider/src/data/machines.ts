import { cloudapi } from '@nereid/contracts';
import type { Cloud } from '../api/cloud';
import type { DataSource } from '../provider/resource';
import { computed, computedObjects, optional } from '../schema/declare';
import { textMap } from '../values/value';
import { show, shown } from './shown-machine';

const input = cloudapi.listMachines.input.shape;
const filters = ['name', 'state', 'type', 'brand', 'image', 'memory'] as const;
const pageSize = 1000;

/** `nereid_machines`: all instances that are as wanted. */
export const machinesSource: DataSource = {
  name: 'nereid_machines',
  block: {
    description: 'Instances of the account, oldest first: all that are neither destroyed nor failed, or those that are as wanted.',
    attributes: {
      name: optional(input.name, 'Only the one of this name.'),
      state: optional(input.state, 'Only those in this state.'),
      type: optional(input.type, 'Only `smartmachine` or `virtualmachine`.'),
      brand: optional(input.brand, 'Only those of this brand.'),
      image: optional('string', 'Only those of the image with this id.'),
      memory: optional('number', 'Only those with so much memory, MiB.'),
      tags: optional(['map', 'string'], 'Only those that have all these tags; `*` for any value.'),
      ids: computed(['list', 'string'], 'Their ids.'),
      machines: computedObjects(shown, 'The instances.'),
    },
  },
  async read(config, { cloud }) {
    const plain = filters.flatMap((name) => (config[name] === null ? [] : [[name, config[name]] as const]));
    const tags = Object.entries(textMap(config['tags']) ?? {}).map(([name, value]) => [`tag.${name}`, value] as const);
    const machines = await all(Object.fromEntries([...plain, ...tags]), cloud);
    return { ...config, ids: machines.map(({ id }) => id), machines: machines.map(show) };
  },
};

async function all(filter: Readonly<Record<string, unknown>>, cloud: Cloud): Promise<cloudapi.MachineObject[]> {
  const found: cloudapi.MachineObject[] = [];
  for (let offset = 0; ; offset += pageSize) {
    const { body } = await cloud.call(cloudapi.listMachines, {}, { ...filter, limit: pageSize, offset });
    found.push(...body);
    if (body.length < pageSize) return found;
  }
}
