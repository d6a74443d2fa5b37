import type { DatabaseView } from './database-view';
import type { Finding, Invariant } from './finding';
import type { NodeView } from './node-view';

/**
 * Compares a quiet cloud's database with its nodes and names everything that is leaked, doubled or missing. Quiet: no request is being
 * made; jobs still under way are findings themselves, since every job ends in bounded time.
 */
export function compare(db: DatabaseView, nodes: readonly NodeView[]): Finding[] {
  return [
    ...unfinishedJobs(db),
    ...leaksOnNodes(db, nodes),
    ...missingOrDoubledInstances(db, nodes),
    ...addresses(db),
    ...capacity(db),
    ...limits(db, nodes),
    ...quotas(db),
  ];
}

function finding(invariant: Invariant, kind: string, name: string, why: string): Finding {
  return { invariant, kind, name, why };
}

function unfinishedJobs(db: DatabaseView): Finding[] {
  const ended = ['succeeded', 'failed', 'canceled'];
  const known = new Set(db.vms.map((vm) => vm.id));
  return db.jobs.flatMap((job) => [
    ...(ended.includes(job.state) ? [] : [finding('I7', 'job', job.id, `${job.workflow} is ${job.state} though nothing is under way`)]),
    ...(known.has(job.vm) ? [] : [finding('I8', 'job', job.id, `works on instance ${job.vm}, which does not exist`)]),
  ]);
}

/** I2: what a node holds belongs to an instance placed there. */
function leaksOnNodes(db: DatabaseView, nodes: readonly NodeView[]): Finding[] {
  const placed = new Map(db.vms.filter((vm) => vm.ended === null).map((vm) => [vm.id, vm.server]));
  return nodes.flatMap((node) => {
    const seen = new Set<string>();
    return node.things.flatMap((thing) => {
      const where = `on server ${node.server}`;
      const twice = seen.has(`${thing.kind} ${thing.name}`);
      seen.add(`${thing.kind} ${thing.name}`);
      if (twice) return [finding('I2', thing.kind, thing.name, `is there twice ${where}`)];
      if (thing.vm === undefined) return [finding('I2', thing.kind, thing.name, `belongs to no instance ${where}`)];
      if (!placed.has(thing.vm)) return [finding('I2', thing.kind, thing.name, `belongs to ${thing.vm}, which does not live, ${where}`)];
      if (placed.get(thing.vm) !== node.server)
        return [finding('I3', thing.kind, thing.name, `belongs to ${thing.vm}, which is placed elsewhere, ${where}`)];
      return [];
    });
  });
}

/** I3: an instance wanted running runs once, and where it is placed. */
function missingOrDoubledInstances(db: DatabaseView, nodes: readonly NodeView[]): Finding[] {
  const runsOn = new Map<string, string[]>();
  for (const node of nodes) for (const vm of node.running) runsOn.set(vm, [...(runsOn.get(vm) ?? []), node.server]);
  const looked = new Set(nodes.map((node) => node.server));
  return db.vms.flatMap((vm) => {
    const servers = runsOn.get(vm.id) ?? [];
    if (servers.length > 1) return [finding('I3', 'instance', vm.id, `runs ${servers.length} times: ${servers.join(', ')}`)];
    const wantsToRun = vm.ended === null && vm.wanted === 'running';
    if (wantsToRun && vm.server !== null && looked.has(vm.server) && servers.length === 0)
      return [finding('I8', 'instance', vm.id, `is wanted running on ${vm.server} and does not run there`)];
    if (vm.ended === null && vm.server === null) return [finding('I8', 'instance', vm.id, 'lives and is placed nowhere')];
    if (vm.ended !== null && servers.length > 0) return [finding('I3', 'instance', vm.id, `is ${vm.ended} and runs on ${servers.join()}`)];
    return [];
  });
}

/** I1: an address or MAC in use is one NIC of one living instance. */
function addresses(db: DatabaseView): Finding[] {
  const living = new Set(db.vms.filter((vm) => vm.ended === null).map((vm) => vm.id));
  const nicAt = new Map(db.nics.map((nic) => [`${nic.network} ${nic.address}`, nic]));
  const addressAt = new Map(db.addresses.map((a) => [`${a.network} ${a.address}`, a]));
  return [
    ...db.addresses.flatMap((a) => {
      const nic = nicAt.get(`${a.network} ${a.address}`);
      if (!nic) return [finding('I1', 'address', a.address, 'is in use and has no NIC')];
      if (nic.mac !== a.mac || nic.vm !== a.vm) return [finding('I1', 'address', a.address, `is ${a.vm}'s and its NIC ${nic.vm}'s`)];
      return living.has(nic.vm) ? [] : [finding('I1', 'address', a.address, `is in use by ${nic.vm}, which does not live`)];
    }),
    ...db.nics.flatMap((nic) => [
      ...(addressAt.has(`${nic.network} ${nic.address}`) ? [] : [finding('I1', 'nic', nic.mac, `has ${nic.address}, which is not in use`)]),
      ...(living.has(nic.vm) ? [] : [finding('I1', 'nic', nic.mac, `belongs to ${nic.vm}, which does not live`)]),
    ]),
    ...db.nicReservations
      .filter((held) => held.vm === null || !living.has(held.vm))
      .map((held) => finding('I1', 'nic reservation', held.key, `is held for ${held.vm}, which does not live`)),
  ];
}

/** I4: reservations are those of living instances, once each, of their sizes, and add up to the servers' counters. */
function capacity(db: DatabaseView): Finding[] {
  const living = new Map(db.vms.filter((vm) => vm.ended === null).map((vm) => [vm.id, vm]));
  const held = new Map<string, number>();
  for (const r of db.reservations) held.set(r.vm, (held.get(r.vm) ?? 0) + 1);
  const perReservation = db.reservations.flatMap((r) => {
    const vm = living.get(r.vm);
    if (!vm) return [finding('I4', 'reservation', r.key, `is held for ${r.vm}, which does not live`)];
    if (vm.server !== r.server) return [finding('I4', 'reservation', r.key, `is on ${r.server}, but ${r.vm} is on ${vm.server}`)];
    if (r.instances === 0) return [finding('I4', 'reservation', r.key, `is what ${r.vm} was to grow by, and no resize is under way`)];
    if (held.get(r.vm)! > 1) return [finding('I4', 'reservation', r.key, `is one of ${held.get(r.vm)} for ${r.vm}`)];
    const isRight = r.memoryMiB === vm.memoryMiB && r.diskGiB === vm.quotaGiB;
    const says = `is of ${r.memoryMiB} MiB and ${r.diskGiB} GiB, ${r.vm} of ${vm.memoryMiB} MiB and ${vm.quotaGiB} GiB`;
    return isRight ? [] : [finding('I4', 'reservation', r.key, says)];
  });
  const missing = [...living.keys()]
    .filter((vm) => !held.has(vm))
    .map((vm) => finding('I4', 'instance', vm, 'lives and holds no reservation'));
  const counters = db.servers.flatMap((server) => {
    const here = db.reservations.filter((r) => r.server === server.id);
    const memory = here.reduce((sum, r) => sum + r.memoryMiB, 0);
    const disk = here.reduce((sum, r) => sum + r.diskGiB, 0);
    const cpu = here.reduce((sum, r) => sum + r.cpuPercent, 0);
    const instances = here.reduce((sum, r) => sum + r.instances, 0);
    const wrong =
      memory !== server.reservedMemoryMiB ||
      disk !== server.reservedDiskGiB ||
      cpu !== server.reservedCpuPercent ||
      instances !== server.reservedInstances;
    return [
      ...(wrong
        ? [
            finding(
              'I4',
              'counter',
              server.id,
              `says ${server.reservedMemoryMiB} MiB of ${server.reservedInstances}, the reservations ${memory} of ${instances}`,
            ),
          ]
        : []),
      ...(server.reservedMemoryMiB > server.sellableMemoryMiB
        ? [finding('I4', 'counter', server.id, 'more is reserved than can be sold')]
        : []),
    ];
  });
  return [...perReservation, ...missing, ...counters];
}

/** I4: what a node lets an instance have is what it was sold as, and what is reserved for it. */
function limits(db: DatabaseView, nodes: readonly NodeView[]): Finding[] {
  const living = new Map(db.vms.filter((vm) => vm.ended === null).map((vm) => [vm.id, vm]));
  return nodes.flatMap((node) =>
    [...node.memoryMiB].flatMap(([id, memoryMiB]) => {
      const vm = living.get(id);
      if (vm?.server !== node.server || vm.memoryMiB === memoryMiB) return [];
      return [finding('I4', 'limit', id, `is ${memoryMiB} MiB of memory on server ${node.server}, and should be ${vm.memoryMiB}`)];
    }),
  );
}

/** I5: what is counted against an account is what it has. */
function quotas(db: DatabaseView): Finding[] {
  type Use = { instances: number; memoryMiB: number; quotaGiB: number };
  const none: Use = { instances: 0, memoryMiB: 0, quotaGiB: 0 };
  const counted = new Map<string, Use>(db.usage.map((u) => [u.account, u]));
  const has = new Map<string, Use>();
  for (const vm of db.vms.filter((one) => one.ended === null)) {
    const so = has.get(vm.owner) ?? none;
    const [memoryMiB, quotaGiB] = [so.memoryMiB + vm.memoryMiB, so.quotaGiB + vm.quotaGiB];
    has.set(vm.owner, { instances: so.instances + 1, memoryMiB, quotaGiB });
  }
  const asText = ({ instances, memoryMiB, quotaGiB }: Use): string => `${instances} instances of ${memoryMiB} MiB and ${quotaGiB} GiB`;
  return [...new Set([...counted.keys(), ...has.keys()])].flatMap((account) => {
    const [counts, there] = [asText(counted.get(account) ?? none), asText(has.get(account) ?? none)];
    return counts === there ? [] : [finding('I5', 'quota', account, `counts ${counts}, there are ${there}`)];
  });
}
