import type { InstanceSpec } from '@nereid/contracts';
import { limitsOf } from './sizes';
import type { VmRow } from './vm-row';

/**
 * Everything the node must know of an instance, from the wanted half as it is now. Made when a node task is sent and never stored with
 * the job: it holds customers' secrets, and a task sent again shall carry today's metadata.
 */
export function instanceSpecOf(row: VmRow, datacenter: string): InstanceSpec {
  const primary = row.nics.find((nic) => nic.primary) ?? row.nics[0];
  return {
    id: row.id,
    owner: row.owner,
    alias: row.alias,
    hostname: hostnameOf(row.alias),
    brand: row.brand,
    image: row.image,
    quotaGiB: row.quota_gib,
    limits: limitsOf(row),
    nics: row.nics,
    resolvers: [...new Set([...(primary?.resolvers ?? []), ...row.nics.flatMap((nic) => nic.resolvers)])],
    customerMetadata: row.customer_metadata,
    internalMetadata: row.internal_metadata,
    tags: row.tags,
    datacenter,
    packageName: row.package_name,
    createdAt: row.created_at.toISOString(),
  };
}

/** A name that every system takes as its own: letters, digits and hyphens, at most 63. Source: RFC 1123 §2.1. */
export function hostnameOf(alias: string): string {
  const name = alias.replace(/[^a-zA-Z0-9-]+/g, '-').slice(0, 63);
  return name.replace(/-+$/, '');
}
