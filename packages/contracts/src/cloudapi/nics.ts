import { z } from 'zod';
import { MachineNic, MachineParams, goneReply } from './machine';
import { route } from './route';
import { NoInput } from './wire-values';

const path = '/:account/machines/:id/nics';

export const NicObject = MachineNic.extend({ state: z.enum(['provisioning', 'running', 'stopped']) });
export type NicObject = z.infer<typeof NicObject>;

export const listNics = route({
  name: 'ListNics',
  method: 'GET',
  path,
  summary: "Lists an instance's network interfaces, in order.",
  params: MachineParams,
  input: NoInput,
  reply: z.array(NicObject),
  headers: { 'x-resource-count': 'Number of interfaces.' },
  otherReplies: [goneReply],
});

export const getNic = route({
  name: 'GetNic',
  method: 'GET',
  path: `${path}/:mac`,
  summary: 'Shows one network interface.',
  params: MachineParams.extend({ mac: z.string().describe('Hardware address, with or without colons.') }),
  input: NoInput,
  reply: NicObject,
  otherReplies: [goneReply],
});
