import { readFileSync } from 'node:fs';
import type { VmId } from '@nereid/contracts';
import type { ServerDriver } from '@nereid/driver';
import { SystemIds } from '@nereid/ports';
import { LinuxGuestDriver } from './guest/linux-guest-driver';
import { ImageRecords } from './image/image-records';
import { LinuxImageDriver } from './image/linux-image-driver';
import { ExitWatch } from './instance/exit-watch';
import { InstanceRecords } from './instance/instance-records';
import { LinuxInstanceDriver } from './instance/linux-instance-driver';
import { Runtime } from './instance/runtime';
import { ZoneProcesses } from './instance/zone-processes';
import { CgroupTree } from './limits/cgroup-tree';
import { LinuxLimitsDriver } from './limits/linux-limits-driver';
import { LinuxNetworkDriver } from './network/linux-network-driver';
import { LinuxNodeDriver } from './node/linux-node-driver';
import { LinuxObserveDriver } from './observe/linux-observe-driver';
import { PoolSpace } from './observe/pool-space';
import type { LinuxDriverOptions } from './options';
import { Programs } from './programs';
import { RunLayout } from './run-layout';
import { IdRanges } from './storage/id-ranges';
import { LinuxStorageDriver } from './storage/linux-storage-driver';
import { PreparedRoots } from './storage/prepared-roots';
import { Roots } from './storage/roots';
import { LinuxTraceDriver } from './trace/linux-trace-driver';
import { PoolLayout } from './zfs/pool-layout';
import { Zfs } from './zfs/zfs';

/**
 * The back end of a Linux server. Starts nothing: `node.prepare()` first.
 * @throws Error the pool's mount point or the control groups cannot be read from the options
 */
export function createLinuxDriver(options: LinuxDriverOptions): ServerDriver {
  const programs = new Programs(options.runner);
  const zfs = new Zfs(programs, options.clock);
  const layout = new PoolLayout(options.pool, options.poolMountpoint);
  const run = new RunLayout(options.runDir);
  const tree = CgroupTree.read(readFileSync(options.mountInfoFile ?? '/proc/self/mountinfo', 'utf8'), options.cgroupParent);
  const images = new ImageRecords(layout);
  const roots = new Roots(zfs, layout);
  const records = new InstanceRecords(layout);
  const ranges = new IdRanges();
  const processes = new ZoneProcesses(tree, run, options.clock);
  const runtime = new Runtime(programs, run, options.terminalProgram);

  const prepared = new PreparedRoots(zfs, layout, images, ranges, options.clock, options.onProblem);
  const storage = new LinuxStorageDriver(zfs, layout, images, roots, ranges, prepared, options.onProblem);
  const network = new LinuxNetworkDriver(options, programs, run);
  const zones = {
    isAlive: (id: VmId) => (records.find(id) ? processes.isAlive(id) : undefined),
    namespacePath: (id: VmId) => network.namespacePath(id),
  };
  const guest = new LinuxGuestDriver(run, (id) => storage.idBase(id), zones, options.terminalProgram, new SystemIds());
  const instance = new LinuxInstanceDriver({
    zfs,
    layout,
    run,
    tree,
    programs,
    clock: options.clock,
    records,
    runtime,
    processes,
    storage,
    network,
    guest,
  });
  const exits = new ExitWatch(tree, processes, options.clock, instance.sawExit);
  instance.watchWith(exits);
  return {
    kind: 'linux',
    image: new LinuxImageDriver(zfs, layout, images, prepared),
    storage,
    network,
    instance,
    limits: new LinuxLimitsDriver(tree, storage),
    guest,
    observe: new LinuxObserveDriver(tree, new PoolSpace(zfs, layout, options.clock), layout, options.installation),
    trace: new LinuxTraceDriver(tree, options.linePrograms, options.clock),
    node: new LinuxNodeDriver({
      options,
      zfs,
      layout,
      run,
      tree,
      ranges,
      roots,
      prepared,
      records,
      images,
      processes,
      network,
      instance,
      guest,
      exits,
    }),
  };
}
