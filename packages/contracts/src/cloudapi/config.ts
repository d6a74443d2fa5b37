import { z } from 'zod';
import { route } from './route';
import { AccountParams, NoInput, WireId, WireUuid } from './wire-values';

export const ConfigObject = z.object({ default_network: WireId });

export const getConfig = route({
  name: 'GetConfig',
  method: 'GET',
  path: '/:account/config',
  summary: "Shows the account's settings.",
  description: 'Without a setting of its own, the first network that the account may use.',
  params: AccountParams,
  input: NoInput,
  reply: ConfigObject,
});

/** Strict: a misspelt setting is refused. */
const ConfigInput = z.strictObject({ default_network: WireUuid });

export const updateConfig = route({
  name: 'UpdateConfig',
  method: 'PUT',
  path: '/:account/config',
  summary: "Changes the account's settings.",
  params: AccountParams,
  input: ConfigInput,
  reply: ConfigObject,
  errors: ['InvalidArgument', 'MissingParameter'],
});

export const updateConfigByPost = route({
  name: 'UpdateConfigByPost',
  method: 'POST',
  path: '/:account/config',
  summary: 'The same as UpdateConfig, for clients that send POST.',
  params: AccountParams,
  input: ConfigInput,
  reply: ConfigObject,
  errors: ['InvalidArgument', 'MissingParameter'],
});
