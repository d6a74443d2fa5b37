import type { Filter } from './filter';

export const brand: Filter = {
  name: 'brand',
  refuses: (server, need) => (server.brands.includes(need.brand) ? undefined : `cannot run brand ${need.brand}`),
};
