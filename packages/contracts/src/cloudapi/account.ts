import { z } from 'zod';
import { route } from './route';
import { AccountParams, NoInput, WireBoolean, WireDate, WireId } from './wire-values';

/** An account as its owner sees it. Empty fields are left out. */
export const AccountObject = z.object({
  id: WireId,
  login: z.string(),
  email: z.string(),
  companyName: z.string().optional(),
  firstName: z.string().optional(),
  lastName: z.string().optional(),
  address: z.string().optional(),
  postalCode: z.string().optional(),
  city: z.string().optional(),
  state: z.string().optional(),
  country: z.string().optional(),
  phone: z.string().optional(),
  triton_cns_enabled: z.boolean(),
  created: WireDate,
  updated: WireDate,
});
export type AccountObject = z.infer<typeof AccountObject>;

export const getAccount = route({
  name: 'GetAccount',
  method: 'GET',
  path: '/:account',
  summary: 'Shows the account.',
  params: AccountParams,
  input: NoInput,
  reply: AccountObject,
});

const text = z.string().max(256).optional();

export const updateAccount = route({
  name: 'UpdateAccount',
  method: 'POST',
  path: '/:account',
  summary: "Changes the account's contact data.",
  description: 'Only what is named changes; empty values are ignored. Login and password cannot be changed here.',
  params: AccountParams,
  input: z.object({
    email: text,
    companyName: text,
    company: text.describe('Another name of companyName.'),
    firstName: text,
    givenName: text.describe('Another name of firstName.'),
    lastName: text,
    sn: text.describe('Another name of lastName.'),
    address: text,
    postalCode: text,
    city: text,
    state: text,
    country: text,
    phone: text,
    triton_cns_enabled: WireBoolean.optional(),
  }),
  reply: AccountObject,
  errors: ['InvalidArgument'],
});
