import type { Account, AccountPatch } from '@nereid/contracts';
import type { Row } from '@nereid/database';

/** Column by field, for what an account's owner may change. */
export const patchColumns: Readonly<Record<keyof AccountPatch, string>> = {
  email: 'email',
  companyName: 'company_name',
  firstName: 'first_name',
  lastName: 'last_name',
  address: 'address',
  postalCode: 'postal_code',
  city: 'city',
  state: 'state',
  country: 'country',
  phone: 'phone',
  cnsEnabled: 'cns_enabled',
  defaultNetwork: 'default_network',
};

export function toAccount(row: Row): Account {
  return {
    id: row.id,
    login: row.login,
    email: row.email,
    companyName: row.company_name ?? undefined,
    firstName: row.first_name ?? undefined,
    lastName: row.last_name ?? undefined,
    address: row.address ?? undefined,
    postalCode: row.postal_code ?? undefined,
    city: row.city ?? undefined,
    state: row.state ?? undefined,
    country: row.country ?? undefined,
    phone: row.phone ?? undefined,
    cnsEnabled: row.cns_enabled,
    defaultNetwork: row.default_network ?? undefined,
    approvedForProvisioning: row.approved_for_provisioning,
    disabled: row.disabled,
    createdAt: (row.created_at as Date).toISOString(),
    updatedAt: (row.updated_at as Date).toISOString(),
    version: row.version,
  };
}
