import type { Account, cloudapi } from '@nereid/contracts';

/** An account as CloudAPI shows it; empty fields are left out. */
export function toAccountObject(account: Account): cloudapi.AccountObject {
  const { id, login, email, companyName, firstName, lastName, address, postalCode, city, state, country, phone } = account;
  return {
    id,
    login,
    email,
    companyName: companyName || undefined,
    firstName: firstName || undefined,
    lastName: lastName || undefined,
    address: address || undefined,
    postalCode: postalCode || undefined,
    city: city || undefined,
    state: state || undefined,
    country: country || undefined,
    phone: phone || undefined,
    triton_cns_enabled: account.cnsEnabled,
    created: account.createdAt,
    updated: account.updatedAt,
  };
}
