import type { Filter } from './filter';

/** A server that is silent or not yet heard of gets nothing new. */
export const state: Filter = {
  name: 'state',
  refuses: (server) => (server.isRevoked ? 'credentials revoked' : server.state === 'up' ? undefined : `server is ${server.state}`),
};
