import { DriverError, type TaskContext } from '@nereid/driver';
import type { Clock } from '@nereid/ports';
import { failure, type Programs } from '../programs';

/** Properties of one dataset, as `zfs get -Hp` prints them; `-` and absent ones are left out. */
export type DatasetProperties = ReadonlyMap<string, string>;

const destroyPauseMs = 20;
const destroyTries = 250;

/**
 * The zfs and zpool programs, in the words that both OpenZFS and zfs-fuse (pool version 23) understand: no `list -p`, no `get -t`.
 * Property names of ours: `nereid:<name>`.
 */
export class Zfs {
  constructor(
    private readonly programs: Programs,
    private readonly clock: Clock,
  ) {}

  /** Identity of a pool. @throws DriverError Unavailable it is not imported or no daemon answers */
  async poolGuid(pool: string): Promise<string> {
    const result = await this.programs.try('read-pool', ['zpool', 'get', 'guid', pool]);
    const guid = new RegExp(`^${pool}\\s+guid\\s+(\\d+)`, 'm').exec(result.stdout)?.[1];
    if (!guid) throw new DriverError('Unavailable', `pool ${pool} is not there`, { step: 'read-pool', stderr: result.stderr });
    return guid;
  }

  /** Properties of a dataset and all below it, by dataset. A dataset that does not exist answers an empty map. */
  async get(dataset: string, properties: readonly string[], recursive = false): Promise<ReadonlyMap<string, DatasetProperties>> {
    const argv = ['zfs', 'get', '-Hp', ...(recursive ? ['-r'] : []), '-o', 'name,property,value', properties.join(','), dataset] as const;
    const result = await this.programs.try('read-datasets', argv, { maxBytes: 64 * 1024 * 1024 });
    if (result.code !== 0) {
      if (/does not exist/.test(result.stderr)) return new Map();
      throw failure('read-datasets', argv, result);
    }
    return parseProperties(result.stdout);
  }

  async create(ctx: TaskContext | undefined, dataset: string, properties: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.programs.run('create-dataset', ['zfs', 'create', ...assignments(properties), dataset], { ctx });
  }

  /** Snapshot and clone are atomic: whoever sees them sees them whole. */
  async snapshot(ctx: TaskContext | undefined, name: string): Promise<void> {
    await this.programs.run('snapshot', ['zfs', 'snapshot', name], { ctx });
  }

  async clone(
    ctx: TaskContext | undefined,
    snapshot: string,
    dataset: string,
    properties: Readonly<Record<string, string>>,
  ): Promise<void> {
    await this.programs.run('clone-root', ['zfs', 'clone', ...assignments(properties), snapshot, dataset], { ctx });
  }

  async set(ctx: TaskContext | undefined, dataset: string, property: string, value: string): Promise<void> {
    await this.programs.run('set-property', ['zfs', 'set', `${property}=${value}`, dataset], { ctx });
  }

  async mount(dataset: string): Promise<void> {
    await this.programs.run('mount', ['zfs', 'mount', dataset]);
  }

  /** One that is still in use stays mounted. */
  async unmount(dataset: string): Promise<void> {
    await this.programs.try('unmount', ['zfs', 'unmount', dataset]);
  }

  /**
   * Destroys a dataset and everything below it, snapshots too. Absent counts as done. FUSE lets go of a mount some milliseconds after its
   * last user, hence the patience: up to 5 s.
   * @throws DriverError Busy somebody still uses it; Conflict a clone lives on one of its snapshots
   */
  async destroy(ctx: TaskContext | undefined, dataset: string): Promise<void> {
    const argv = ['zfs', 'destroy', '-r', dataset] as const;
    for (let tries = 1; ; tries++) {
      const result = await this.programs.try('destroy-dataset', argv, { ctx });
      if (result.code === 0 || /does not exist/.test(result.stderr)) return;
      if (/dependent clones/.test(result.stderr)) {
        throw new DriverError('Busy', `${dataset} has clones`, { step: 'destroy-dataset', stderr: result.stderr });
      }
      if (!/busy/.test(result.stderr) || tries === destroyTries) throw failure('destroy-dataset', argv, result);
      await this.clock.sleep(destroyPauseMs, ctx?.signal);
    }
  }
}

/** `name TAB property TAB value` lines by dataset. */
export function parseProperties(output: string): ReadonlyMap<string, DatasetProperties> {
  const datasets = new Map<string, Map<string, string>>();
  for (const line of output.split('\n')) {
    const [name, property, ...value] = line.split('\t');
    if (!name || !property) continue;
    const of = datasets.get(name) ?? new Map<string, string>();
    datasets.set(name, of);
    if (value.join('\t') !== '-') of.set(property, value.join('\t'));
  }
  return datasets;
}

function assignments(properties: Readonly<Record<string, string>>): string[] {
  return Object.entries(properties).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}
