import { z } from 'zod';
import { MachineParams, goneReply } from './machine';
import { route } from './route';
import { NoInput } from './wire-values';

const path = '/:account/machines/:id/metadata';
const KeyParams = MachineParams.extend({ key: z.string() });
const Map = z.record(z.string(), z.string());

export const listMetadata = route({
  name: 'ListMachineMetadata',
  method: 'GET',
  path,
  summary: "Lists an instance's metadata.",
  params: MachineParams,
  input: NoInput,
  reply: Map,
  otherReplies: [goneReply],
});

export const addMetadata = route({
  name: 'AddMachineMetadata',
  method: 'POST',
  path,
  summary: 'Sets keys of the metadata; others stay.',
  description: 'Values are kept as text. Keys that end in `_pw` are ignored.',
  params: MachineParams,
  input: z.record(z.string(), z.unknown()),
  reply: Map,
  otherReplies: [goneReply],
  errors: ['ValidationFailed'],
});

export const getMetadata = route({
  name: 'GetMachineMetadata',
  method: 'GET',
  path: `${path}/:key`,
  summary: 'Shows one value, as a JSON string, or as it is when text/plain is asked for.',
  params: KeyParams,
  input: NoInput,
  reply: z.string(),
  otherReplies: [goneReply],
});

export const deleteMetadata = route({
  name: 'DeleteMachineMetadata',
  method: 'DELETE',
  path: `${path}/:key`,
  summary: 'Removes one key.',
  params: KeyParams,
  input: NoInput,
  status: 204,
  otherReplies: [goneReply],
  errors: ['InvalidArgument'],
});

export const deleteAllMetadata = route({
  name: 'DeleteAllMachineMetadata',
  method: 'DELETE',
  path,
  summary: 'Removes all keys but the ones that let people log in.',
  params: MachineParams,
  input: NoInput,
  status: 204,
  otherReplies: [goneReply],
});
