import type { Filter } from './filter';

/** Every network of the instance must reach the server. */
export const nicTags: Filter = {
  name: 'nic-tags',
  refuses: (server, need) => {
    const missing = need.nicTags.find((tag) => !server.nicTags.includes(tag));
    return missing === undefined ? undefined : `has no NIC tag ${missing}`;
  },
};
