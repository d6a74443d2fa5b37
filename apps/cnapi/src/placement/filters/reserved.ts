import type { Filter } from './filter';

/** An operator keeps the server free of new instances. An instance that names the server goes there all the same. */
export const reserved: Filter = {
  name: 'reserved',
  refuses: (server, need) => (server.isReserved && !need.server ? 'reserved by an operator' : undefined),
};
