import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { NicSpec, type InstanceSpec, type VmId } from '@nereid/contracts';
import {
  available,
  DriverError,
  unavailable,
  type Capabilities,
  type NetworkCapability,
  type NetworkDriver,
  type TaskContext,
} from '@nereid/driver';
import { instanceOfNamespace, interfaceName, namespaceName } from '../names';
import { OneAtATime } from '../one-at-a-time';
import type { LinuxDriverOptions } from '../options';
import { failure, type Programs } from '../programs';
import { readRecord, removeRecord } from '../record-file';
import type { RunLayout } from '../run-layout';
import { guestLines, planPort, serverLines, type Port } from './port-plan';
import { guardTable, serverGuard, withoutGuard } from './spoof-guard';

/** What was made for an instance. Written before the first act, so that a crash leaves a trail; `whole` after the last. */
interface PortsRecord {
  readonly whole: boolean;
  readonly nics: readonly NicSpec[];
}

const slotsPerInstance = 32;
const netDevices = '/sys/class/net';
const namespaces = '/run/netns';
const bridgeFilters = ['iptables', 'ip6tables', 'arptables'].map((name) => `/proc/sys/net/bridge/bridge-nf-call-${name}`);

/**
 * Runs in the new network namespace, as the server's root. Ports below 1024 and echo requests need a privilege over the namespace, which the
 * guest has not got, so both are opened to everybody in it. The sysfs mounted here is the one that shows this namespace's devices; the guest
 * gets it read-only, for it could not mount one itself.
 */
const prepareNamespace = [
  'echo 0 > /proc/sys/net/ipv4/ip_unprivileged_port_start',
  'echo 0 2147483647 > /proc/sys/net/ipv4/ping_group_range',
  'mount -t sysfs -o ro,nosuid,nodev,noexec sysfs "$1"',
  'exec ip -batch -',
].join('\n');

/**
 * Each instance has a network namespace that the server's user namespace owns: the guest cannot change what is set up in it, and rules in it
 * hold. Ports are veths into a bridge per network.
 */
export class LinuxNetworkDriver implements NetworkDriver {
  /** A bridge goes with its last port; a port made meanwhile would hang in the air. */
  private readonly serverSide = new OneAtATime();

  constructor(
    private readonly options: LinuxDriverOptions,
    private readonly programs: Programs,
    private readonly run: RunLayout,
  ) {}

  async probe(): Promise<Capabilities<NetworkCapability>> {
    return {
      antiSpoof: available,
      vlan: unavailable('networks of this server are kept apart by a bridge each, without VLAN tags'),
      overlay: unavailable('not offered yet'),
      firewall: unavailable('not offered yet'),
      statefulFirewall: unavailable('not offered yet'),
      ipv6: unavailable('addresses are IPv4 only for now'),
    };
  }

  /** The guard of the server itself; again after each start. */
  async prepare(): Promise<void> {
    // Where the kernel sends bridged packets through the rules for routed ones, neighbours on one bridge would look like strangers.
    for (const name of bridgeFilters.filter((some) => existsSync(some))) await writeFile(name, '0');
    await this.programs.run('guard-server', ['nft', '-f', '-'], { stdin: serverGuard(`nereid_${this.options.installation}`) });
  }

  async ensurePorts(ctx: TaskContext, spec: InstanceSpec): Promise<void> {
    const ports = spec.nics.map((nic) => planPort(this.options.installation, spec, nic, this.tagOf(nic)));
    const before = await this.record(spec.id);
    const there = existsSync(this.namespacePath(spec.id));
    if (before?.whole && there && isDeepStrictEqual(before.nics, spec.nics) && ports.every((port) => isPresent(port.device))) return;

    const keep = before?.whole && there ? ports.filter((port) => isKept(port, before.nics)) : [];
    if (before || there) await this.removeSome(ctx, spec.id, keep);
    const make = ports.filter((port) => !keep.includes(port));
    await this.write(spec.id, { whole: false, nics: spec.nics });
    const fresh = keep.length === 0 && !existsSync(this.namespacePath(spec.id));
    await this.makePorts(ctx, spec, make, fresh);
    await Promise.all([this.setUpInside(ctx, spec.id, make, ports, fresh), this.guard(ctx, make)]);
    await this.write(spec.id, { whole: true, nics: spec.nics });
  }

  async removePorts(ctx: TaskContext, id: VmId): Promise<void> {
    await this.removeSome(ctx, id, []);
    await removeRecord(this.run.portsRecord(id));
    const left = [...this.devicesOf(id), ...(existsSync(this.namespacePath(id)) ? [namespaceName(this.options.installation, id)] : [])];
    if (left.length > 0) throw new DriverError('Internal', `the network still holds ${left.join(', ')}`, { step: 'remove-ports' });
  }

  /** Path of the namespace that the instance's processes live in. */
  namespacePath(id: VmId): string {
    return join(namespaces, namespaceName(this.options.installation, id));
  }

  /** Instances that the network holds something of. */
  async present(): Promise<readonly string[]> {
    const records = await readdir(this.run.ports).catch(() => []);
    const fromNamespaces = await readdir(namespaces).catch(() => []);
    const ids = [
      ...records.map((name) => name.replace(/\.json$/, '')),
      ...fromNamespaces.map((name) => instanceOfNamespace(this.options.installation, name)),
    ];
    return [...new Set(ids.filter((id): id is string => id !== undefined && /^[0-9a-f-]{36}$/.test(id)))];
  }

  has(id: VmId): boolean {
    return existsSync(this.namespacePath(id)) || existsSync(this.run.portsRecord(id));
  }

  private tagOf(nic: NicSpec) {
    const tag = this.options.nicTags.find((some) => some.name === nic.nicTag);
    if (!tag) throw new DriverError('NotFound', `this server has no NIC tag ${nic.nicTag}`, { step: 'make-ports' });
    if (tag.uplink !== undefined && nic.vlanId !== 0) {
      throw new DriverError('Unsupported', `NIC tag ${nic.nicTag} of this server carries no VLANs`, { step: 'make-ports' });
    }
    return tag;
  }

  private async makePorts(ctx: TaskContext, spec: InstanceSpec, ports: readonly Port[], fresh: boolean): Promise<void> {
    const namespace = namespaceName(this.options.installation, spec.id);
    await this.serverSide.run(async () => {
      const lines = serverLines(namespace, spec.id, ports, isPresent);
      if (fresh) lines.unshift(`netns add ${namespace}`);
      if (lines.length > 0) await this.programs.run('make-ports', ['ip', '-batch', '-'], { ctx, stdin: `${lines.join('\n')}\n` });
    });
  }

  private async setUpInside(ctx: TaskContext, id: VmId, made: readonly Port[], all: readonly Port[], fresh: boolean): Promise<void> {
    // The default route goes with its interface, so it is set again whatever was made.
    const primary = guestLines(all).filter((line) => line.startsWith('route '));
    const stdin = `${[...guestLines(made).filter((line) => !line.startsWith('route ')), ...primary].join('\n')}\n`;
    const enter = ['nsenter', `--net=${this.namespacePath(id)}`] as const;
    if (fresh) {
      await mkdir(this.run.sysfs(id), { recursive: true, mode: 0o755 });
      await this.programs.run('set-up-namespace', [...enter, 'sh', '-ec', prepareNamespace, 'sh', this.run.sysfs(id)], { ctx, stdin });
    } else {
      await this.programs.run('set-up-namespace', [...enter, 'ip', '-batch', '-'], { ctx, stdin });
    }
  }

  private async guard(ctx: TaskContext, ports: readonly Port[]): Promise<void> {
    if (ports.length === 0) return;
    const stdin = `${ports.map((port) => `${withoutGuard(port.device)}\n${guardTable(port)}`).join('\n')}\n`;
    await this.programs.run('guard-ports', ['nft', '-f', '-'], { ctx, stdin });
  }

  /** Removes all ports but `keep`; with nothing to keep the namespace too. The guards go last. */
  private async removeSome(ctx: TaskContext, id: VmId, keep: readonly Port[]): Promise<void> {
    const before = await this.record(id);
    const kept = new Set(keep.map((port) => port.device));
    const named = (before?.nics ?? []).map((nic) => interfaceName('v', this.options.installation, id, nic.slot));
    const guarded = [...new Set([...named, ...this.devicesOf(id)])].filter((device) => !kept.has(device));
    await Promise.all([this.removeDevices(ctx, guarded), keep.length === 0 ? this.removeNamespace(ctx, id) : undefined]);
    if (guarded.length > 0) {
      await this.programs.run('remove-guards', ['nft', '-f', '-'], { ctx, stdin: `${guarded.map(withoutGuard).join('\n')}\n` });
    }
  }

  private removeDevices(ctx: TaskContext, devices: readonly string[]): Promise<void> {
    return this.serverSide.run(async () => {
      const present = devices.filter(isPresent);
      const lines = present.map((device) => `link del ${device}`);
      for (const bridge of bridgesEmptyWithout(present)) lines.push(`link del ${bridge}`);
      if (lines.length === 0) return;
      // With the namespace its ends of the veths go, and ours with them, whenever the kernel comes to it: not finding one is fine.
      const argv = ['ip', '-force', '-batch', '-'] as const;
      const result = await this.programs.try('remove-ports', argv, { ctx, stdin: `${lines.join('\n')}\n` });
      const complaints = result.stderr.split('\n').filter((line) => line !== '' && !/Cannot find device|Command failed/.test(line));
      if (complaints.length > 0) throw failure('remove-ports', argv, result);
    });
  }

  private async removeNamespace(ctx: TaskContext, id: VmId): Promise<void> {
    const path = this.namespacePath(id);
    const sysfs = this.run.sysfs(id);
    const mounts = [path, sysfs].filter(existsSync);
    if (mounts.length === 0) return;
    const result = await this.programs.try('remove-namespace', ['umount', '-l', ...mounts], { ctx });
    // What is not mounted any more is what is wanted; whether it went is seen by the removals below.
    if (result.code !== 0 && !/not mounted|no mount point/.test(result.stderr)) {
      throw new DriverError('Busy', 'the network namespace cannot be unmounted', { step: 'remove-namespace', stderr: result.stderr });
    }
    await rm(path, { force: true });
    // Not recursive: were it still mounted, this must fail rather than reach into the kernel's files.
    if (existsSync(sysfs)) await rmdir(sysfs);
  }

  /** Interfaces of an instance that exist, by their names, which follow from the slots. */
  private devicesOf(id: VmId): string[] {
    return Array.from({ length: slotsPerInstance }, (_, slot) => interfaceName('v', this.options.installation, id, slot)).filter(isPresent);
  }

  private async record(id: VmId): Promise<PortsRecord | undefined> {
    return (await readRecord(this.run.portsRecord(id))) as PortsRecord | undefined;
  }

  /** On tmpfs, where devices live too: nothing to sync. */
  private async write(id: VmId, record: PortsRecord): Promise<void> {
    await writeFile(this.run.portsRecord(id), JSON.stringify(record), { mode: 0o600 });
  }
}

function isPresent(device: string): boolean {
  return existsSync(join(netDevices, device));
}

function isKept(port: Port, before: readonly NicSpec[]): boolean {
  return isPresent(port.device) && before.some((nic) => isDeepStrictEqual(nic, port.nic));
}

/** Bridges of ours whose every port is among `leaving`. */
function bridgesEmptyWithout(leaving: readonly string[]): string[] {
  const bridges = new Set<string>();
  for (const name of readdirSync(netDevices).filter((some) => some.startsWith('nb') && some.length === 15)) {
    const ports = readdirSync(join(netDevices, name, 'brif'), { withFileTypes: true }).map((port) => port.name);
    if (ports.length > 0 && ports.every((port) => leaving.includes(port))) bridges.add(name);
  }
  return [...bridges];
}
