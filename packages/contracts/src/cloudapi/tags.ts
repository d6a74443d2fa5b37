import { z } from 'zod';
import { MachineParams, goneReply } from './machine';
import { route } from './route';
import { NoInput } from './wire-values';

const path = '/:account/machines/:id/tags';
const TagParams = MachineParams.extend({ tag: z.string() });
const Value = z.union([z.string(), z.number(), z.boolean()]);
const Map = z.record(z.string(), Value);
const input = z.record(z.string(), z.unknown());

export const listTags = route({
  name: 'ListMachineTags',
  method: 'GET',
  path,
  summary: "Lists an instance's tags.",
  params: MachineParams,
  input: NoInput,
  reply: Map,
  otherReplies: [goneReply],
});

export const addTags = route({
  name: 'AddMachineTags',
  method: 'POST',
  path,
  summary: 'Sets tags; others stay.',
  params: MachineParams,
  input,
  reply: Map,
  otherReplies: [goneReply],
  errors: ['ValidationFailed'],
});

export const replaceTags = route({
  name: 'ReplaceMachineTags',
  method: 'PUT',
  path,
  summary: 'Puts these tags in place of all that were there.',
  params: MachineParams,
  input,
  reply: Map,
  otherReplies: [goneReply],
  errors: ['ValidationFailed'],
});

export const getTag = route({
  name: 'GetMachineTag',
  method: 'GET',
  path: `${path}/:tag`,
  summary: 'Shows one tag, as JSON, or as it is when text/plain is asked for.',
  params: TagParams,
  input: NoInput,
  reply: Value,
  otherReplies: [goneReply],
});

export const deleteTag = route({
  name: 'DeleteMachineTag',
  method: 'DELETE',
  path: `${path}/:tag`,
  summary: 'Removes one tag.',
  params: TagParams,
  input: NoInput,
  status: 204,
  otherReplies: [goneReply],
});

export const deleteAllTags = route({
  name: 'DeleteMachineTags',
  method: 'DELETE',
  path,
  summary: 'Removes all tags.',
  params: MachineParams,
  input: NoInput,
  status: 204,
  otherReplies: [goneReply],
});
