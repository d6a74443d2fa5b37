import { cloudapi } from '@nereid/contracts';
import { observed } from '../machine/attributes';
import { observedOf, visibleTags } from '../machine/state';
import { computed } from '../schema/declare';
import type { Attributes } from '../schema/schema';
import type { ObjectValue } from '../values/value';

const { shape } = cloudapi.MachineObject;

/** An instance as the data sources show it. */
export const shown: Attributes = {
  ...observed,
  name: computed(shape.name, 'Its name.'),
  package: computed(shape.package, 'Its size:'),
  image: computed(shape.image, 'Id of its image.'),
  networks: computed(shape.networks, 'Ids of its networks.'),
  tags: computed(shape.tags, 'Its tags.'),
  metadata: computed(shape.metadata, 'Its metadata.'),
  firewall_enabled: computed(shape.firewall_enabled, 'Whether the firewall’s rules apply to it.'),
  deletion_protection_enabled: computed(shape.deletion_protection, 'Whether the API refuses to destroy it.'),
};

export function show(machine: cloudapi.MachineObject): ObjectValue {
  return {
    ...observedOf(machine),
    name: machine.name,
    package: machine.package,
    image: machine.image,
    networks: machine.networks ?? [],
    tags: visibleTags(machine),
    metadata: machine.metadata,
    firewall_enabled: machine.firewall_enabled,
    deletion_protection_enabled: machine.deletion_protection,
  };
}
