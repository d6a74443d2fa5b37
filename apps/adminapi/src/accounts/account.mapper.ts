import type { Account, AccountPatch, SshKey, Usage, UsageLimits, adminapi } from '@nereid/contracts';
import type { Call } from '../http/call';

type Fields = Call<typeof adminapi.updateAccount>['body'];

/** An account as operators see it. */
export function toAccountObject(account: Account): adminapi.AccountObject {
  return {
    uuid: account.id,
    login: account.login,
    email: account.email,
    company_name: account.companyName,
    first_name: account.firstName,
    last_name: account.lastName,
    address: account.address,
    postal_code: account.postalCode,
    city: account.city,
    state: account.state,
    country: account.country,
    phone: account.phone,
    default_network: account.defaultNetwork,
    cns_enabled: account.cnsEnabled,
    approved_for_provisioning: account.approvedForProvisioning,
    disabled: account.disabled,
    created_at: account.createdAt,
    updated_at: account.updatedAt,
    version: account.version,
  };
}

/** The fields that are changed, in identity's words; what is not named stays absent. */
export function toAccountPatch(fields: Fields): AccountPatch {
  const { company_name, first_name, last_name, postal_code, default_network, cns_enabled, ...same } = fields;
  const renamed = {
    companyName: company_name,
    firstName: first_name,
    lastName: last_name,
    postalCode: postal_code,
    defaultNetwork: default_network,
    cnsEnabled: cns_enabled,
  };
  return { ...same, ...Object.fromEntries(Object.entries(renamed).filter(([, value]) => value !== undefined)) };
}

export function toKeyObject(key: SshKey): adminapi.KeyObject {
  return {
    name: key.name,
    fingerprint: key.fingerprint,
    sha256_fingerprint: key.sha256Fingerprint,
    type: key.type,
    key: key.publicKey,
    created_at: key.createdAt,
  };
}

export function toUsageObject({ instances, memoryMiB, quotaGiB, limits }: Usage): adminapi.UsageObject {
  return {
    instances,
    memory_mib: memoryMiB,
    quota_gib: quotaGiB,
    limits: { instances: limits.instances, memory_mib: limits.memoryMiB, quota_gib: limits.quotaGiB },
  };
}

export function toUsageLimits({ instances, memory_mib, quota_gib }: adminapi.UsageObject['limits']): UsageLimits {
  return { instances, memoryMiB: memory_mib, quotaGiB: quota_gib };
}
