import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LinuxNodeAt } from './linux-node';
import type { NodeThing } from './node-view';

/** Something that an instance which does not exist left on a node. */
export interface NodePlant {
  readonly kind: NodeThing['kind'];
  /** How the checker must name it. */
  readonly name: string;
  /** Puts it there, by the system's own programs. */
  plant(): Promise<void> | void;
  remove(): Promise<void> | void;
}

/** Where plants go on a Linux node. */
export interface Ground extends LinuxNodeAt {
  readonly pool: string;
}

/** The memory controller's hierarchy on a machine with version 1 or both. */
const memoryHierarchy = '/sys/fs/cgroup/memory';

/** One of each kind of thing that a zone consists of, all in the name of `vm`. */
export function nodePlants(ground: Ground, vm: string): NodePlant[] {
  const inside = (...argv: string[]): string =>
    execFileSync('nsenter', ['-t', String(ground.pid), '-m', '-n', '-p', ...argv], { encoding: 'utf8', timeout: 20_000 });
  const folder = (kind: NodePlant['kind'], name: string, path: string): NodePlant => ({
    kind,
    name,
    plant: () => void inside('mkdir', '-p', path),
    remove: () => void inside('rm', '-rf', path),
  });
  const link = (name: string): void => {
    inside('ip', 'link', 'add', name, 'type', 'veth', 'peer', 'name', `${name}x`);
    inside('ip', 'link', 'set', name, 'alias', vm);
  };
  const group = join(memoryHierarchy, ground.cgroupParent, vm);
  const dataset = `${ground.pool}/instances/${vm}`;
  const process = new PlantedProcess(group);

  return [
    { kind: 'dataset', name: dataset, plant: () => void inside('zfs', 'create', dataset), remove: () => patiently(() => inside('zfs', 'destroy', '-r', dataset)) },
    { kind: 'namespace', name: `nereid-${vm}`, plant: () => void inside('ip', 'netns', 'add', `nereid-${vm}`), remove: () => void inside('ip', 'netns', 'del', `nereid-${vm}`) },
    { kind: 'link', name: 'nvplanted', plant: () => link('nvplanted'), remove: () => void inside('ip', 'link', 'del', 'nvplanted') },
    {
      kind: 'rule',
      name: 'netdev nvruled',
      plant: () => {
        link('nvruled');
        inside('nft', 'add', 'table', 'netdev', 'nvruled');
      },
      remove: () => {
        inside('nft', 'delete', 'table', 'netdev', 'nvruled');
        inside('ip', 'link', 'del', 'nvruled');
      },
    },
    { kind: 'cgroup', name: group, plant: () => void mkdirSync(group), remove: () => rmdirSync(group) },
    {
      kind: 'process',
      // Numbered when it starts; the checker must name that very number.
      get name() {
        return `pid ${process.pid}`;
      },
      plant: () => process.start(),
      remove: () => process.end(),
    },
    folder('container', vm, join(ground.runDir, 'runc', vm)),
    folder('socket', vm, join(ground.runDir, 'metadata', vm)),
    folder('record', join('instances', vm), join(ground.runDir, 'instances', vm)),
  ]; // prettier-ignore
}

/** The first process of a process namespace, in a control group: what the checker takes for a running instance. */
export class PlantedProcess {
  pid = 0;
  private madeGroup = false;

  constructor(private readonly group: string) {}

  async start(): Promise<void> {
    try {
      mkdirSync(this.group);
      this.madeGroup = true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    // Ends by itself should the test be killed.
    const outer = spawn('unshare', ['--pid', '--fork', '--kill-child', 'sleep', '120'], { stdio: 'ignore' });
    this.pid = await childOf(outer.pid!);
    writeFileSync(join(this.group, 'cgroup.procs'), String(this.pid));
  }

  async end(): Promise<void> {
    process.kill(this.pid, 'SIGKILL');
    await patiently(() => {
      if (readFileSync(join(this.group, 'cgroup.procs'), 'utf8').split('\n').includes(String(this.pid))) throw new Error('it lives');
      if (this.madeGroup) rmdirSync(this.group);
    });
  }
}

const patienceMs = 30_000;

/** What the kernel does a moment later than it says: tries again and again. @throws what the last try threw */
async function patiently(act: () => unknown): Promise<void> {
  const giveUpAt = performance.now() + patienceMs;
  for (;;) {
    try {
      act();
      return;
    } catch (error) {
      if (performance.now() > giveUpAt) throw error;
      await sleep(20);
    }
  }
}

async function childOf(pid: number): Promise<number> {
  for (const giveUpAt = performance.now() + patienceMs; performance.now() < giveUpAt;) {
    const child = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    if (child !== '' && readFileSync(`/proc/${child}/comm`, 'utf8').trim() === 'sleep') return Number(child);
    await sleep(10);
  }
  throw new Error(`process ${pid} started nothing`);
}

/** Rows in which a dead instance still holds something, or a living one twice. `$vm`: that instance, `$server` a server, `$live` an instance that lives there. */
export interface RowPlant {
  readonly kind: string;
  readonly name: (ids: Ids) => string;
  readonly plant: string;
  readonly remove: string;
}

export interface Ids {
  readonly vm: string;
  readonly live: string;
  readonly server: string;
}

const mac = '02:00:00:be:ef:01';
const address = '198.51.100.7';
const job = '01980000-0000-7000-8000-00000000beef';

/** Planted past every trigger and foreign key: most of these the schema itself refuses, and the checker must not lean on that. */
export const rowPlants: readonly RowPlant[] = [
  {
    kind: 'address',
    name: () => address,
    plant: `INSERT INTO napi.address (network_id, address, state, mac, vm) SELECT id, '${address}', 'assigned', '${mac}', :vm FROM napi.network LIMIT 1`,
    remove: `DELETE FROM napi.address WHERE address = '${address}'`,
  },
  {
    kind: 'nic',
    name: () => mac,
    plant: `INSERT INTO napi.nic (mac, vm, slot, owner, network_id, address, is_primary, reservation_key)
            SELECT '${mac}', :vm, 0, :vm, id, '${address}', true, 'planted' FROM napi.network LIMIT 1`,
    remove: `DELETE FROM napi.nic WHERE mac = '${mac}'`,
  },
  {
    kind: 'nic reservation',
    name: () => 'planted/reserve-nics',
    plant: `INSERT INTO napi.reservation (key, vm, state) VALUES ('planted/reserve-nics', :vm, 'held')`,
    remove: `DELETE FROM napi.reservation WHERE key = 'planted/reserve-nics'`,
  },
  {
    kind: 'reservation',
    name: () => 'planted/pick-server',
    plant: `INSERT INTO cnapi.reservation (key, state, vm, owner, server) VALUES ('planted/pick-server', 'held', :vm, :vm, :server)`,
    remove: `DELETE FROM cnapi.reservation WHERE key = 'planted/pick-server'`,
  },
  {
    kind: 'reservation',
    name: () => 'planted/twice',
    plant: `INSERT INTO cnapi.reservation (key, state, vm, owner, server) VALUES ('planted/twice', 'held', :live, :live, :server)`,
    remove: `DELETE FROM cnapi.reservation WHERE key = 'planted/twice'`,
  },
  {
    kind: 'reservation',
    name: () => 'planted/reserve-room',
    plant: `INSERT INTO cnapi.reservation (key, state, vm, owner, server, instances) VALUES ('planted/reserve-room', 'held', :live, :live, :server, 0)`,
    remove: `DELETE FROM cnapi.reservation WHERE key = 'planted/reserve-room'`,
  },
  {
    kind: 'limit',
    name: ({ live }) => live,
    plant: `UPDATE vmapi.vm SET memory_mib = memory_mib - 1 WHERE id = :live`,
    remove: `UPDATE vmapi.vm SET memory_mib = memory_mib + 1 WHERE id = :live`,
  },
  {
    kind: 'counter',
    name: ({ server }) => server,
    plant: `UPDATE cnapi.server SET reserved_memory_mib = reserved_memory_mib + 1 WHERE id = :server`,
    remove: `UPDATE cnapi.server SET reserved_memory_mib = reserved_memory_mib - 1 WHERE id = :server`,
  },
  {
    kind: 'job',
    name: () => job,
    plant: `INSERT INTO vmapi.job (id, workflow, workflow_version, vm, input, first_steps, state, due_at)
            VALUES ('${job}', 'vm.planted', 1, :vm, '{}', '{}', 'waiting', now() + interval '1 day')`,
    remove: `DELETE FROM vmapi.job WHERE id = '${job}'`,
  },
  {
    kind: 'quota',
    name: ({ vm }) => vm,
    plant: `INSERT INTO vmapi.account_usage (account, instances) VALUES (:vm, 1)`,
    remove: `DELETE FROM vmapi.account_usage WHERE account = :vm`,
  },
];
