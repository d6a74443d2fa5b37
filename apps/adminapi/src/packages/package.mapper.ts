import type { Package, adminapi } from '@nereid/contracts';
import type { Call } from '../http/call';

const mibInGib = 1024;

/** A size plan in PAPI's words; its quota is in MiB there. */
export function toPackageObject(plan: Package): adminapi.PackageObject {
  return {
    uuid: plan.id,
    name: plan.name,
    version: plan.version,
    description: plan.description,
    group: plan.group,
    brand: plan.brand,
    max_physical_memory: plan.memoryMiB,
    max_swap: plan.swapMiB,
    quota: plan.quotaGiB * mibInGib,
    cpu_cap: plan.cpuCapPercent,
    vcpus: plan.vcpus,
    max_lwps: plan.maxProcesses,
    active: plan.active,
    owner_uuids: plan.owners,
    fss: plan.cpuShares,
    zfs_io_priority: plan.ioPriority,
    networks: plan.networks,
    default: plan.isDefault,
    created_at: plan.createdAt,
    updated_at: plan.updatedAt,
    row_version: plan.rowVersion,
  };
}

/** The other way round, for a new plan. */
export function toPackage(body: Call<typeof adminapi.createPackage>['body']) {
  return {
    id: body.uuid,
    name: body.name,
    version: body.version,
    description: body.description,
    group: body.group,
    brand: body.brand,
    memoryMiB: body.max_physical_memory,
    swapMiB: body.max_swap,
    quotaGiB: body.quota / mibInGib,
    cpuCapPercent: body.cpu_cap,
    vcpus: body.vcpus,
    maxProcesses: body.max_lwps,
    active: body.active,
    owners: body.owner_uuids,
    cpuShares: body.fss,
    ioPriority: body.zfs_io_priority,
    networks: body.networks,
    isDefault: body.default,
  };
}
