import { cloudapi } from '@nereid/contracts';
import type { DataSource } from '../provider/resource';
import { computed, optionalComputed } from '../schema/declare';
import { matches, theOnly } from './pick';

const { shape } = cloudapi.NetworkObject;

/** `nereid_network`: one network, by name. */
export const networkSource: DataSource = {
  name: 'nereid_network',
  block: {
    description: 'A network that the account may use.',
    attributes: {
      id: computed(shape.id, 'Its id.'),
      name: optionalComputed(shape.name, 'Its name, exactly.'),
      public: optionalComputed(shape.public, 'Whether the world outside is reached through it.'),
      fabric: computed('bool', 'Whether it is the account’s own.'),
      description: computed(shape.description, 'What it is for.'),
      subnet: computed(shape.subnet, 'Its addresses (CIDR).'),
      gateway: computed(shape.gateway, 'The way out of it.'),
    },
  },
  async read(config, { catalogue }) {
    const found = (await catalogue.networks()).filter((each) => matches(config, each, ['name', 'public']));
    const network = theOnly('network', found, (each) => each.name);
    const { id, name, description = null, subnet = null, gateway = null } = network;
    return { id, name, public: network.public, fabric: network.fabric ?? false, description, subnet, gateway };
  },
};
