import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { VmId, type Brand, type InstanceSpec } from '@nereid/contracts';
import {
  available,
  DriverError,
  EventHub,
  unavailable,
  type Capabilities,
  type InstanceDriver,
  type InstanceEvent,
  type InstanceFacts,
  type Inventory,
  type StopHow,
  type TaskContext,
} from '@nereid/driver';
import type { Clock } from '@nereid/ports';
import type { LinuxGuestDriver } from '../guest/linux-guest-driver';
import { canLimitSwap } from '../limits/limit-files';
import type { CgroupTree } from '../limits/cgroup-tree';
import type { LinuxNetworkDriver } from '../network/linux-network-driver';
import type { Programs } from '../programs';
import type { RunLayout } from '../run-layout';
import type { LinuxStorageDriver } from '../storage/linux-storage-driver';
import { PoolLayout } from '../zfs/pool-layout';
import type { Zfs } from '../zfs/zfs';
import { guestFiles, zoneConfig } from './bundle';
import type { ExitWatch } from './exit-watch';
import type { InstanceRecords } from './instance-records';
import type { Runtime } from './runtime';
import type { ZoneProcesses } from './zone-processes';

const brands: Capabilities<Brand> = {
  'lx': available,
  'joyent': unavailable('its images are for the illumos kernel; this server runs Linux'),
  'joyent-minimal': unavailable('its images are for the illumos kernel; this server runs Linux'),
  'bhyve': unavailable('virtual machines are not offered by this server yet'),
  'kvm': unavailable('virtual machines are not offered by this server yet'),
};

export interface InstanceParts {
  readonly zfs: Zfs;
  readonly layout: PoolLayout;
  readonly run: RunLayout;
  readonly tree: CgroupTree;
  readonly programs: Programs;
  readonly clock: Clock;
  readonly records: InstanceRecords;
  readonly runtime: Runtime;
  readonly processes: ZoneProcesses;
  readonly storage: LinuxStorageDriver;
  readonly network: LinuxNetworkDriver;
  readonly guest: LinuxGuestDriver;
}

/** Zones: their records, their first processes, and what is seen of them. */
export class LinuxInstanceDriver implements InstanceDriver {
  private readonly events = new EventHub<InstanceEvent>();
  private exits: ExitWatch | undefined;
  /** Stops under way, so that `inspect` can tell. */
  private readonly stopping = new Set<string>();

  constructor(private readonly parts: InstanceParts) {}

  /** Who is told of the end of zones. Called once, since each needs the other. */
  watchWith(exits: ExitWatch): void {
    this.exits = exits;
  }

  /** A zone has ended, by whosever wish. */
  readonly sawExit = (id: string): void => this.events.emit({ id: VmId.parse(id), kind: 'exited' });

  async probe(): Promise<Capabilities<Brand>> {
    return brands;
  }

  async ensureDefined(_ctx: TaskContext, spec: InstanceSpec): Promise<void> {
    const brand = brands[spec.brand];
    if (!brand.available) throw new DriverError('Unsupported', `brand ${spec.brand}: ${brand.reason}`, { step: 'define' });
    const before = this.parts.records.find(spec.id);
    await Promise.all([this.parts.records.write(spec), this.writeGuestFiles(spec)]);
    if (before && before.hostname !== spec.hostname) await this.renameRunning(spec);
  }

  async start(ctx: TaskContext, id: VmId): Promise<void> {
    const spec = this.defined(id);
    const { processes, runtime, storage, guest, network } = this.parts;
    if (processes.isAlive(id)) return;
    const idBase = storage.idBase(id);
    if (idBase === undefined) throw new DriverError('Conflict', 'its root is not here', { step: 'start-container' });
    await Promise.all([runtime.forget(id), guest.handOver(id), this.writeGuestFiles(spec)]);
    await runtime.start(ctx, id, this.config(spec, idBase), network.namespacePath(id));
    storage.stampSoon(id, 'ready');
    this.events.emit({ id, kind: 'started' });
    this.exits?.start(id);
  }

  async stop(ctx: TaskContext, id: VmId, how: StopHow): Promise<void> {
    this.defined(id);
    const { processes, runtime, storage } = this.parts;
    this.stopping.add(id);
    try {
      // As long as it runs its root is known to be whole; a stopped one has the stamp alone to say so.
      if (processes.isAlive(id)) await storage.stamp(ctx, id, 'ready');
      if (how.mode === 'graceful' && processes.isAlive(id)) {
        const until = this.parts.clock.monotonicMs() + Math.min(how.timeoutMs, ctx.deadline.remainingMs());
        await processes.askToEnd(id, ctx.signal);
        await this.exits?.hasEndedWithin(id, Math.max(0, until - this.parts.clock.monotonicMs()), ctx.signal);
      }
      await processes.kill(id);
      await runtime.forget(id);
    } finally {
      this.stopping.delete(id);
    }
  }

  async reboot(ctx: TaskContext, id: VmId, how: StopHow): Promise<void> {
    await this.stop(ctx, id, how);
    await this.start(ctx, id);
  }

  async remove(_ctx: TaskContext, id: VmId): Promise<void> {
    const { processes, runtime, records, run, storage } = this.parts;
    // Beside the kill, since both take a moment: after a crash from here on the removal is taken up again.
    await Promise.all([storage.stamp(undefined, id, 'deleting'), processes.kill(id)]);
    this.exits?.stop(id);
    await Promise.all([runtime.forget(id), records.remove(id), rm(run.bundle(id), { recursive: true, force: true })]);
  }

  async inspect(id: VmId): Promise<InstanceFacts | undefined> {
    const known = this.parts.records.find(id) !== undefined || this.parts.network.has(id) || this.parts.tree.groups(id).length > 0;
    if (known || existsSync(this.parts.layout.rootPath(id))) return this.factsOf(id);
    return undefined;
  }

  async inventory(): Promise<Inventory> {
    const { zfs, layout, records, network, tree } = this.parts;
    const poolId = await zfs.poolGuid(layout.pool);
    const datasets = await zfs.get(layout.instances, ['nereid:state'], true);
    const ids = [
      ...[...datasets.keys()].flatMap((name) => PoolLayout.childOf(layout.instances, name) ?? []),
      ...records.ids(),
      ...(await network.present()),
      ...tree.instances().filter((name) => VmId.safeParse(name).success),
    ];
    const instances = [...new Set(ids)].map((id) => this.factsOf(VmId.parse(id)));
    const complete = datasets.has(layout.instances);
    return { poolId, complete, ...(!complete && { reason: `dataset ${layout.instances} is not there` }), instances };
  }

  watch(signal: AbortSignal): AsyncIterable<InstanceEvent> {
    return this.events.watch(signal);
  }

  /** Takes up the watch over zones that run already: after a start of the agent. */
  resumeWatch(): void {
    for (const id of this.parts.records.ids()) if (this.parts.processes.isAlive(id)) this.exits?.start(id);
  }

  private defined(id: VmId): InstanceSpec {
    const spec = this.parts.records.find(id);
    if (!spec) throw new DriverError('NotFound', `instance ${id} is not defined on this server`);
    return spec;
  }

  private factsOf(id: VmId): InstanceFacts {
    const { records, processes, storage } = this.parts;
    const spec = records.find(id);
    const whole = spec !== undefined && storage.idBase(id) !== undefined;
    const alive = processes.isAlive(id);
    const pid = alive ? processes.initPid(id) : undefined;
    const phase = this.stopping.has(id) && alive ? 'stopping' : alive ? 'running' : whole ? 'stopped' : 'incomplete';
    const startedAtMs = pid === undefined ? undefined : processes.startedAtMs(pid);
    return { id, phase, pid, startedAtMs, exitCode: undefined, spec: whole ? spec : undefined };
  }

  private config(spec: InstanceSpec, idBase: number) {
    const { layout, run, tree } = this.parts;
    const place = {
      root: layout.rootPath(spec.id),
      sysfs: run.sysfs(spec.id),
      metadataFolder: run.metadataFolder(spec.id),
      files: run.bundle(spec.id),
      cgroup: tree.runtimePath(spec.id),
      cgroupVersion: tree.versionOf('cpu') ?? 1,
      limitsSwap: canLimitSwap(tree, ''),
      idBase,
    };
    return zoneConfig(spec, place, process.arch);
  }

  /** In place, not by renaming: a running guest has the very files mounted. */
  private async writeGuestFiles(spec: InstanceSpec): Promise<void> {
    await mkdir(this.parts.run.bundle(spec.id), { recursive: true, mode: 0o711 });
    const files = Object.entries(guestFiles(spec));
    await Promise.all(files.map(([name, text]) => writeFile(this.parts.run.bundle(spec.id, name), text, { mode: 0o644 })));
  }

  private async renameRunning(spec: InstanceSpec): Promise<void> {
    const pid = this.parts.processes.isAlive(spec.id) ? this.parts.processes.initPid(spec.id) : undefined;
    if (pid !== undefined) await this.parts.programs.run('set-hostname', ['nsenter', `--uts=/proc/${pid}/ns/uts`, 'hostname', '--', spec.hostname]); // prettier-ignore
  }
}
