import { z } from 'zod';
import { route } from './route';
import { AccountParams, NoInput } from './wire-values';

/** Versions of the API that clients may ask for, newest first. */
export const apiVersions = ['9.0.0', '8.0.0', '7.3.0', '7.2.0', '7.1.0', '7.0.0'] as const;

export const ping = route({
  name: 'Ping',
  method: 'GET',
  path: '/--ping',
  summary: 'Answers when the API is up, without a signature.',
  signed: false,
  params: NoInput,
  input: NoInput,
  reply: z.object({ ping: z.literal('pong'), cloudapi: z.object({ versions: z.array(z.string()) }) }),
  headers: { 'Triton-Datacenter-Name': 'Name of this datacenter.' },
});

export const listDatacenters = route({
  name: 'ListDatacenters',
  method: 'GET',
  path: '/:account/datacenters',
  summary: 'Lists the datacenters of this cloud and the URLs of their APIs.',
  params: AccountParams,
  input: NoInput,
  reply: z.record(z.string(), z.string()),
  headers: { 'Triton-Datacenter-Name': 'Name of this datacenter.' },
});

export const getDatacenter = route({
  name: 'GetDatacenter',
  method: 'GET',
  path: '/:account/datacenters/:datacenter',
  summary: 'Redirects to the API of a datacenter.',
  params: AccountParams.extend({ datacenter: z.string() }),
  input: NoInput,
  reply: z.object({ code: z.literal('ResourceMoved'), message: z.string() }),
  status: 302,
  headers: { Location: "URL of that datacenter's API." },
});

export const listServices = route({
  name: 'ListServices',
  method: 'GET',
  path: '/:account/services',
  summary: 'Lists the other services of this datacenter and their URLs.',
  params: AccountParams,
  input: NoInput,
  reply: z.record(z.string(), z.string()),
});
