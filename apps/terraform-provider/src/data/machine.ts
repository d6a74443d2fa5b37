import { cloudapi } from '@nereid/contracts';
import { Problem } from '../diagnostics/problem';
import { find } from '../machine/wait';
import type { DataSource, Reach } from '../provider/resource';
import { optionalComputed } from '../schema/declare';
import { text, type ObjectValue } from '../values/value';
import { show, shown } from './shown-machine';

const { shape } = cloudapi.MachineObject;

/** `nereid_machine`: one instance, by id or name. */
export const machineSource: DataSource = {
  name: 'nereid_machine',
  block: {
    description: 'An instance of the account, by id or name.',
    attributes: {
      ...shown,
      id: optionalComputed(shape.id, 'Its id.'),
      name: optionalComputed(shape.name, 'Its name.'),
    },
  },
  async read(config, reach) {
    const machine = await theOneOf(config, reach);
    if (machine) return show(machine);
    throw new Problem('No such instance', `The account has no instance ${text(config['id']) ?? `"${text(config['name'])}"`}.`);
  },
};

async function theOneOf(config: ObjectValue, { cloud }: Reach): Promise<cloudapi.MachineObject | undefined> {
  const id = text(config['id']);
  const name = text(config['name']);
  if ((id === undefined) === (name === undefined)) throw new Problem('Which instance?', 'Give either its id or its name.');
  if (id !== undefined) return find(cloud, id.toLowerCase());
  return (await cloud.call(cloudapi.listMachines, {}, { name })).body[0];
}
