import type { InstanceSpec } from '@nereid/contracts';
import { cpuPeriodUs, quotaUs, sharesV1, weightV2 } from '../limits/limit-files';
import { idsPerInstance } from '../storage/id-ranges';
import { seccompProfile } from './seccomp';

/** Paths and names that a zone's configuration is made of. */
export interface ZonePlace {
  readonly root: string;
  readonly sysfs: string;
  readonly metadataFolder: string;
  /** Folder of `hostname`, `hosts` and `resolv.conf`. */
  readonly files: string;
  readonly cgroup: string;
  readonly cgroupVersion: 1 | 2;
  /** Whether this server can limit swap; the runtime fails where it cannot. */
  readonly limitsSwap: boolean;
  readonly idBase: number;
}

/**
 * What the guest's root may do beyond an ordinary user, inside its own user namespace: be root over its files, change identity, answer for its
 * processes. No power over the network namespace (it belongs to the server), none over devices, mounts or the kernel.
 */
const capabilities = [
  'CAP_CHOWN', 'CAP_DAC_OVERRIDE', 'CAP_FOWNER', 'CAP_FSETID', 'CAP_KILL', 'CAP_SETGID', 'CAP_SETUID', 'CAP_SETPCAP', 'CAP_SETFCAP', 'CAP_SYS_CHROOT',
  'CAP_SYS_BOOT', 'CAP_SYS_NICE', 'CAP_AUDIT_WRITE', 'CAP_NET_BIND_SERVICE',
]; // prettier-ignore

/** What would show the server's hardware, memory, keys or neighbours. */
const maskedPaths = [
  '/proc/acpi', '/proc/asound', '/proc/kcore', '/proc/keys', '/proc/key-users', '/proc/latency_stats', '/proc/timer_list', '/proc/timer_stats', '/proc/sched_debug',
  '/proc/scsi', '/proc/kpagecount', '/proc/kpageflags', '/proc/kallsyms', '/proc/config.gz', '/proc/interrupts', '/proc/modules', '/proc/slabinfo', '/proc/vmallocinfo',
  '/sys/firmware', '/sys/kernel', '/sys/module', '/sys/power', '/sys/hypervisor', '/sys/devices/virtual/dmi', '/sys/devices/virtual/powercap', '/sys/block',
  '/sys/devices/virtual/block', '/sys/class/dmi', '/sys/bus',
]; // prettier-ignore

const readonlyPaths = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger', '/proc/pressure'];

/**
 * The zone's configuration for the runtime. Limits stand in it too, so that a zone is never without them; `LimitsDriver.apply` sets the same.
 * Source: OCI runtime specification 1.0.2.
 */
export function zoneConfig(spec: InstanceSpec, place: ZonePlace, arch: string) {
  const { limits } = spec;
  const inMemory = (destination: string, mode: string, sizeMiB: number) => ({
    destination,
    type: 'tmpfs',
    source: 'tmpfs',
    options: ['nosuid', 'nodev', `mode=${mode}`, `size=${sizeMiB}m`],
  });
  const bound = (destination: string, source: string) => ({
    destination,
    type: 'bind',
    source,
    options: ['rbind', 'ro', 'nosuid', 'nodev', 'noexec'],
  });
  const half = Math.max(4, Math.floor(limits.memoryMiB / 2));
  return {
    ociVersion: '1.0.2',
    hostname: spec.hostname,
    root: { path: place.root },
    process: {
      terminal: true, // its own /dev/console
      consoleSize: { width: 80, height: 24 },
      user: { uid: 0, gid: 0 },
      args: ['/sbin/init'],
      env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root', 'container=nereid'],
      cwd: '/',
      capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities },
      // Off: with it no set-id program works, so no sudo for the guest's own users. What such a program gains is the guest's root at most.
      noNewPrivileges: false,
      oomScoreAdj: 0,
      // No core dumps: the kernel would write them by the server's rules, with the server's ids.
      rlimits: [{ type: 'RLIMIT_CORE', soft: 0, hard: 0 }],
    },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'nodev', 'noexec'] },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'noexec', 'strictatime', 'mode=755', 'size=1m'] },
      {
        destination: '/dev/pts',
        type: 'devpts',
        source: 'devpts',
        options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'],
      },
      inMemory('/dev/shm', '1777', half),
      { destination: '/sys', type: 'none', source: place.sysfs, options: ['bind', 'ro', 'nosuid', 'nodev', 'noexec'] },
      inMemory('/run', '755', Math.min(half, 64)),
      inMemory('/tmp', '1777', half),
      bound('/etc/hostname', `${place.files}/hostname`),
      bound('/etc/hosts', `${place.files}/hosts`),
      bound('/etc/resolv.conf', `${place.files}/resolv.conf`),
      bound('/.zonecontrol', place.metadataFolder),
      // Where guest tools of the brand look first.
      ...(spec.brand === 'lx' ? [bound('/native/.zonecontrol', place.metadataFolder)] : []),
    ],
    linux: {
      namespaces: [{ type: 'pid' }, { type: 'ipc' }, { type: 'uts' }, { type: 'mount' }, { type: 'user' }, { type: 'cgroup' }], // prettier-ignore; the network's is the one that the runtime itself is started in: from inside the user namespace it could not be joined
      uidMappings: [{ containerID: 0, hostID: place.idBase, size: idsPerInstance }],
      gidMappings: [{ containerID: 0, hostID: place.idBase, size: idsPerInstance }],
      cgroupsPath: place.cgroup,
      resources: {
        devices: [{ allow: false, access: 'rwm' }],
        memory: {
          limit: limits.memoryMiB * 1024 ** 2,
          ...(place.limitsSwap && { swap: Math.max(limits.swapMiB, limits.memoryMiB) * 1024 ** 2 }),
        },
        cpu: {
          ...(place.cgroupVersion === 1 && { shares: sharesV1(limits.cpuShares) }),
          ...(limits.cpuCapPercent !== undefined && { quota: quotaUs(limits.cpuCapPercent), period: cpuPeriodUs }),
        },
        pids: { limit: limits.maxProcesses },
        ...(place.cgroupVersion === 2 && { unified: { 'cpu.weight': String(weightV2(limits.cpuShares)) } }),
      },
      seccomp: seccompProfile(arch),
      maskedPaths,
      readonlyPaths,
    },
  };
}

/** The files that a guest sees under /etc, by name. */
export function guestFiles(spec: InstanceSpec): Readonly<Record<'hostname' | 'hosts' | 'resolv.conf', string>> {
  const full = spec.dnsDomain ? `${spec.hostname}.${spec.dnsDomain} ${spec.hostname}` : spec.hostname;
  const primary = spec.nics.find((nic) => nic.primary) ?? spec.nics[0];
  const resolvers = spec.resolvers.length > 0 ? spec.resolvers : spec.nics.flatMap((nic) => nic.resolvers);
  return {
    'hostname': `${spec.hostname}\n`,
    'hosts': `127.0.0.1 localhost\n::1 localhost\n${primary ? `${primary.ip} ${full}\n` : ''}`,
    'resolv.conf': `${spec.dnsDomain ? `search ${spec.dnsDomain}\n` : ''}${[...new Set(resolvers)].map((ip) => `nameserver ${ip}\n`).join('')}`,
  };
}
