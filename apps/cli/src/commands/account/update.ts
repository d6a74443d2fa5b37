import type { Run } from '../../command/spec';
import { routes } from '../../cloud/routes.at-build';
import { updates, type UpdateFields } from '../updates';

const fields: UpdateFields = {
  address: 'string',
  city: 'string',
  companyName: 'string',
  country: 'string',
  email: 'string',
  firstName: 'string',
  lastName: 'string',
  phone: 'string',
  postalCode: 'string',
  state: 'string',
  triton_cns_enabled: 'boolean',
};

export const run: Run = async (context, given) => {
  const change = await updates(context, given, fields);
  const { body } = await (await context.cloud()).call(routes.updateAccount, {}, change);
  context.terminal.print(`Updated account "${body.login}" (fields: ${Object.keys(change).join(', ')})`);
};
