import { cloudapi } from '@nereid/contracts';
import type { DataSource } from '../provider/resource';
import { computed, optionalComputed } from '../schema/declare';
import { matches, theOnly } from './pick';

const { shape } = cloudapi.PackageObject;
const asked = ['name', 'version', 'group', 'memory', 'disk', 'swap', 'lwps', 'vcpus', 'brand'] as const;

/** `nereid_package`: one package, by name or size. */
export const packageSource: DataSource = {
  name: 'nereid_package',
  block: {
    description: 'A package that the account may use, by name or size.',
    attributes: {
      id: computed(shape.id, 'Its id.'),
      name: optionalComputed(shape.name, 'Its name, exactly.'),
      version: optionalComputed(shape.version, 'Its version.'),
      group: optionalComputed(shape.group, 'The group it belongs to.'),
      memory: optionalComputed(shape.memory, 'Memory,'),
      disk: optionalComputed(shape.disk, 'Disk,'),
      swap: optionalComputed(shape.swap, 'Swap,'),
      lwps: optionalComputed(shape.lwps, 'Processes.'),
      vcpus: optionalComputed(shape.vcpus, 'CPUs.'),
      brand: optionalComputed(shape.brand, 'The only kind of instance it is for.'),
      description: computed(shape.description, 'What it is for.'),
    },
  },
  async read(config, { catalogue }) {
    const found = (await catalogue.packages()).filter((each) => matches(config, each, asked));
    const { id, name, version, memory, disk, swap, lwps, vcpus, ...rest } = theOnly('package', found, (each) => each.name);
    const { group = null, brand = null, description = null } = rest;
    return { id, name, version, memory, disk, swap, lwps, vcpus, group, brand, description };
  },
};
