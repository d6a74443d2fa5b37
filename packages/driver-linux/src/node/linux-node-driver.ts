import { chmod, mkdir, readdir } from 'node:fs/promises';
import { cpus, hostname, release } from 'node:os';
import { join } from 'node:path';
import { VmId } from '@nereid/contracts';
import {
  DriverError,
  unavailable,
  type Capabilities,
  type NodeCapability,
  type NodeCapacity,
  type NodeDriver,
  type NodeFacts,
} from '@nereid/driver';
import type { LinuxGuestDriver } from '../guest/linux-guest-driver';
import type { ImageRecords } from '../image/image-records';
import type { ExitWatch } from '../instance/exit-watch';
import type { InstanceRecords } from '../instance/instance-records';
import type { LinuxInstanceDriver } from '../instance/linux-instance-driver';
import type { ZoneProcesses } from '../instance/zone-processes';
import { readText, type CgroupTree } from '../limits/cgroup-tree';
import type { LinuxNetworkDriver } from '../network/linux-network-driver';
import { memInfoMiB } from '../observe/proc-figures';
import type { LinuxDriverOptions } from '../options';
import type { RunLayout } from '../run-layout';
import type { IdRanges } from '../storage/id-ranges';
import type { PreparedRoots } from '../storage/prepared-roots';
import type { Roots } from '../storage/roots';
import { PoolLayout, stamps } from '../zfs/pool-layout';
import type { Zfs } from '../zfs/zfs';

export interface NodeParts {
  readonly options: LinuxDriverOptions;
  readonly zfs: Zfs;
  readonly layout: PoolLayout;
  readonly run: RunLayout;
  readonly tree: CgroupTree;
  readonly ranges: IdRanges;
  readonly roots: Roots;
  readonly prepared: PreparedRoots;
  readonly records: InstanceRecords;
  readonly images: ImageRecords;
  readonly processes: ZoneProcesses;
  readonly network: LinuxNetworkDriver;
  readonly instance: LinuxInstanceDriver;
  readonly guest: LinuxGuestDriver;
  readonly exits: ExitWatch;
}

const gib = 1024 ** 3;

/** The server itself: what it is, and what must stand before an instance can. */
export class LinuxNodeDriver implements NodeDriver {
  constructor(private readonly parts: NodeParts) {}

  async probe(): Promise<Capabilities<NodeCapability>> {
    return { reboot: unavailable('not offered yet'), platformUpdate: unavailable('Linux servers are updated by their distribution') };
  }

  async prepare(signal: AbortSignal): Promise<void> {
    const { run, tree, network, records, instance } = this.parts;
    await this.parts.zfs.poolGuid(this.parts.layout.pool); // throws Unavailable
    await this.ensureDatasets();
    for (const folder of [run.root, run.ports, run.instances, run.runc, run.sysfs('.'), run.metadataFolder('.')]) {
      await mkdir(folder, { recursive: true, mode: 0o711 });
    }
    tree.makeParents();
    await Promise.all([records.load(), network.prepare()]);
    signal.throwIfAborted();
    await this.finishInterrupted();
    instance.resumeWatch();
  }

  async facts(): Promise<NodeFacts> {
    const boot = /^btime (\d+)$/m.exec(readText('/proc/stat') ?? '')?.[1];
    return {
      hostname: this.parts.options.hostname ?? hostname(),
      os: 'linux',
      kernel: release(),
      platform: /^PRETTY_NAME="?([^"\n]*)/m.exec(readText('/etc/os-release') ?? '')?.[1] ?? 'Linux',
      cpuModel: cpus()[0]?.model ?? 'unknown',
      bootedAtMs: Number(boot ?? 0) * 1000,
      nicTags: this.parts.options.nicTags.map((tag) => tag.name),
      ...(this.parts.options.address !== undefined && { address: this.parts.options.address }),
    };
  }

  async capacity(): Promise<NodeCapacity> {
    const { zfs, layout, options } = this.parts;
    const pool = (await zfs.get(layout.pool, ['used', 'available'])).get(layout.pool);
    if (!pool) throw new DriverError('Unavailable', `pool ${layout.pool} is not there`);
    const diskGiB = Math.floor((Number(pool.get('used') ?? 0) + Number(pool.get('available') ?? 0)) / gib);
    return {
      cpuCores: Math.max(1, cpus().length),
      memoryMiB: Math.max(0, memInfoMiB('MemTotal') - (options.reserved?.memoryMiB ?? 0)),
      diskGiB: Math.max(0, diskGiB - (options.reserved?.diskGiB ?? 0)),
    };
  }

  async close(): Promise<void> {
    this.parts.exits.close();
    this.parts.guest.close();
    await this.parts.prepared.close();
  }

  private async ensureDatasets(): Promise<void> {
    const { zfs, layout } = this.parts;
    const there = await zfs.get(layout.pool, ['mounted'], true);
    for (const dataset of [layout.images, layout.instances, layout.prepared, layout.meta]) {
      if (!there.has(dataset)) await zfs.create(undefined, dataset);
    }
    for (const [name, properties] of there) {
      if (properties.get('mounted') === 'no' && !name.startsWith(`${layout.prepared}/`)) await zfs.mount(name);
    }
    // Guests' roots lie below: their own ids must pass, nobody may look around.
    await Promise.all([
      chmod(layout.imagePath('.'), 0o700),
      chmod(join(layout.mountpoint, 'prepared'), 0o700),
      chmod(layout.rootPath('.'), 0o711),
      chmod(layout.metaPath('.'), 0o700),
      chmod(layout.mountpoint, 0o711),
    ]);
  }

  /**
   * What a crash interrupted and only goes one way: removals are carried through, half imports thrown away. A half create stays as it is, shows
   * as incomplete, and is finished or removed by whoever wanted it.
   */
  private async finishInterrupted(): Promise<void> {
    const { zfs, layout, roots, prepared, ranges, records } = this.parts;
    const datasets = await zfs.get(layout.pool, [stamps.state], true);
    for (const [name, properties] of datasets) {
      const image = PoolLayout.childOf(layout.images, name);
      const instance = PoolLayout.childOf(layout.instances, name);
      if (image !== undefined && !datasets.has(layout.imageSnapshot(image))) await zfs.destroy(undefined, name);
      if (instance !== undefined && properties.get(stamps.state) === 'deleting' && !this.isAlive(instance)) {
        await records.remove(instance);
        await zfs.destroy(undefined, name);
      }
    }
    const rootsThere = await roots.load((some) => this.isAlive(some));
    for (const [id, root] of rootsThere) ranges.note(id, root.idBase);
    await prepared.load(rootsThere);
    for (const name of await readdir(layout.metaPath('images')).catch(() => [])) {
      const id = name.replace(/\.json$/, '');
      if (!datasets.has(layout.imageSnapshot(id))) await this.parts.images.remove(id);
    }
  }

  private isAlive(id: string): boolean {
    return VmId.safeParse(id).success && this.parts.processes.isAlive(id);
  }
}
