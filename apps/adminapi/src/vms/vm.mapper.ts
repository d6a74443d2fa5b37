import { netmask, nicName, type Vm, type adminapi } from '@nereid/contracts';

/** An instance in VMAPI's words, as lists show it. */
export function toVmListItem(vm: Vm): adminapi.VmListItem {
  return {
    uuid: vm.id,
    alias: vm.alias,
    brand: vm.brand,
    state: vm.state,
    owner_uuid: vm.owner,
    server_uuid: vm.server,
    image_uuid: vm.image,
    billing_id: vm.package,
    package_name: vm.packageName,
    ram: vm.memoryMiB,
    max_physical_memory: vm.memoryMiB,
    max_swap: vm.swapMiB,
    quota: vm.quotaGiB,
    cpu_cap: vm.cpuCapPercent,
    cpu_shares: vm.cpuShares,
    max_lwps: vm.maxProcesses,
    zfs_io_priority: vm.ioPriority,
    nics: vm.nics.map(toVmNic),
    tags: vm.tags,
    firewall_enabled: vm.firewallEnabled,
    indestructible_zoneroot: vm.deletionProtection,
    conditions: vm.conditions,
    failure: vm.failure,
    job_uuid: vm.job,
    create_timestamp: vm.createdAt,
    last_modified: vm.updatedAt,
    destroyed: vm.destroyedAt,
    version: vm.version,
  };
}

/** An instance with all that its own page shows. */
export function toVmObject(vm: Vm): adminapi.VmObject {
  return { ...toVmListItem(vm), customer_metadata: vm.metadata, locality: vm.locality, generation: vm.generation };
}

function toVmNic(nic: Vm['nics'][number]): adminapi.VmNic {
  return {
    interface: nicName(nic.slot),
    mac: nic.mac,
    ip: nic.ip,
    netmask: netmask(nic.prefixLength),
    gateway: nic.gateway,
    primary: nic.primary,
    nic_tag: nic.nicTag,
    vlan_id: nic.vlanId,
    mtu: nic.mtu,
    network_uuid: nic.network,
    resolvers: nic.resolvers,
  };
}
