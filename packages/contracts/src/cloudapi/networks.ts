import { z } from 'zod';
import { route } from './route';
import { AccountParams, NoInput, WireId } from './wire-values';

export const NetworkObject = z.object({
  id: WireId,
  name: z.string(),
  public: z.boolean(),
  description: z.string().optional(),
  fabric: z.literal(true).optional().describe("Only on the account's own networks, together with all that follows."),
  gateway: z.string().optional(),
  provision_start_ip: z.string().optional(),
  provision_end_ip: z.string().optional(),
  resolvers: z.array(z.string()).optional(),
  routes: z.record(z.string(), z.string()).optional(),
  subnet: z.string().optional(),
  vlan_id: z.number().int().optional(),
});
export type NetworkObject = z.infer<typeof NetworkObject>;

export const listNetworks = route({
  name: 'ListNetworks',
  method: 'GET',
  path: '/:account/networks',
  summary: 'Lists the networks that the account may use.',
  params: AccountParams,
  input: z.object({ fabric: z.string().optional().describe('Anything but empty: fabric networks only.') }),
  reply: z.array(NetworkObject),
});

export const getNetwork = route({
  name: 'GetNetwork',
  method: 'GET',
  path: '/:account/networks/:id',
  summary: 'Shows one network.',
  params: AccountParams.extend({ id: z.string() }),
  input: NoInput,
  reply: NetworkObject,
});
