import { z } from 'zod';
import { AccountParams, WireDate, WireId } from './wire-values';

export const MachineNic = z.object({
  mac: z.string(),
  ip: z.string(),
  primary: z.boolean(),
  netmask: z.string(),
  gateway: z.string().optional(),
  network: WireId,
});

/** An instance as its owner sees it. */
export const MachineObject = z.object({
  id: WireId,
  name: z.string(),
  type: z.enum(['smartmachine', 'virtualmachine']),
  brand: z.string(),
  state: z.enum(['provisioning', 'running', 'stopping', 'stopped', 'deleted', 'failed', 'offline', 'ready', 'unknown']),
  image: WireId,
  memory: z.number().int().describe('MiB.'),
  disk: z.number().int().describe('MiB.'),
  metadata: z.record(z.string(), z.string()),
  tags: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  created: WireDate,
  updated: WireDate,
  ips: z.array(z.string()),
  networks: z.array(WireId).optional().describe('In the order of its NICs. From version 7.1 on.'),
  nics: z.array(MachineNic).optional(),
  primaryIp: z.string().optional(),
  firewall_enabled: z.boolean(),
  deletion_protection: z.boolean(),
  compute_node: WireId.optional(),
  package: z.string().describe('Name of its package.'),
  dns_names: z.array(z.string()).optional(),
});
export type MachineObject = z.infer<typeof MachineObject>;

export const MachineParams = AccountParams.extend({ id: z.string().describe('Id of the instance.') });

/** A destroyed instance is answered with 410 and itself. */
export const goneReply = { status: 410, description: 'It has been destroyed; the body is the instance as it was.', body: MachineObject };
