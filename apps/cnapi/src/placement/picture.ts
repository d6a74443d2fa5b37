import type { ServerId } from '@nereid/contracts';
import type { Random } from '@nereid/ports';
import { dimensions, type Amounts, type ServerFacts, type ServerTraits } from './picture.types';
import { OwnerSpread } from './owner-spread';
import type { HeapNode } from './server-heap';
import { ServerShelves } from './server-shelves';
import { fillScore, platformScore, type Weights } from './weights';

/** Servers that no filter can tell apart. */
export interface ServerClass {
  readonly traits: ServerTraits;
  readonly servers: ServerShelves;
  /** What the class adds to its servers' scores. */
  bonus: number;
}

/**
 * All servers as one process knows them, arranged for choosing. It may be stale: what is chosen from it counts only once the database
 * has taken it. A server's row replaces what is known iff its version is higher, so rows may come in any order from any source.
 */
export class Picture {
  private readonly byId = new Map<ServerId, { node: HeapNode; class: ServerClass; key: string }>();
  private readonly classes = new Map<string, ServerClass>();
  readonly owners = new OwnerSpread();
  /** Grows whenever a class appears or goes: what was worked out for classes is then stale. */
  generation = 0;

  constructor(
    private readonly weights: Weights,
    private readonly random: Random,
  ) {}

  get size(): number {
    return this.byId.size;
  }

  allClasses(): Iterable<ServerClass> {
    return this.classes.values();
  }

  *allServers(): Iterable<ServerFacts> {
    for (const { node } of this.byId.values()) yield node.facts;
  }

  node(id: ServerId): HeapNode | undefined {
    return this.byId.get(id)?.node;
  }

  classOf(id: ServerId): ServerClass | undefined {
    return this.byId.get(id)?.class;
  }

  versionOf(id: ServerId): number {
    return this.byId.get(id)?.node.facts.version ?? 0;
  }

  /** Takes a row over. Answers whether it was newer than what was known. */
  put(facts: ServerFacts): boolean {
    const known = this.byId.get(facts.id);
    if (known && known.node.facts.version >= facts.version) return false;
    const key = classKey(facts);
    if (known?.key === key) {
      known.node.facts = facts;
      this.reckon(known.node);
      known.class.servers.settle(known.node);
      return true;
    }
    if (known) this.take(facts.id);
    const node: HeapNode = { facts, inFlight: known?.node.inFlight ?? none(), blur: 0, score: 0, free: none(), most: none(), index: -1 };
    this.reckon(node);
    const home = this.classes.get(key) ?? this.openClass(key, facts);
    home.servers.add(node);
    this.byId.set(facts.id, { node, class: home, key });
    return true;
  }

  /** Takes over what the database now counts as reserved on a server. Answers whether it was newer than what was known. */
  putReserved(id: ServerId, version: number, reserved: Readonly<Amounts>): boolean {
    const known = this.byId.get(id);
    if (!known || known.node.facts.version >= version) return false;
    known.node.facts = { ...known.node.facts, version, reserved };
    this.reckon(known.node);
    known.class.servers.settle(known.node);
    return true;
  }

  /** Forgets a server. */
  remove(id: ServerId): void {
    this.take(id);
  }

  /** Counts amounts as taken until the answer is called: a decision on its way to the database. */
  book(id: ServerId, amounts: Readonly<Amounts>): () => void {
    this.addInFlight(id, amounts, 1);
    let isBooked = true;
    return () => {
      if (isBooked) this.addInFlight(id, amounts, -1);
      isBooked = false;
    };
  }

  private addInFlight(id: ServerId, amounts: Readonly<Amounts>, sign: 1 | -1): void {
    const known = this.byId.get(id);
    if (!known) return;
    for (const dimension of dimensions) known.node.inFlight[dimension] += sign * amounts[dimension];
    this.reckon(known.node);
    known.class.servers.settle(known.node);
  }

  private reckon(node: HeapNode): void {
    const { sellable, reserved } = node.facts;
    const taken = none();
    for (const dimension of dimensions) {
      taken[dimension] = reserved[dimension] + node.inFlight[dimension];
      node.free[dimension] = sellable[dimension] - taken[dimension];
    }
    node.blur = this.random.fraction();
    node.score = fillScore(this.weights, sellable, taken, node.blur);
  }

  private take(id: ServerId): void {
    const known = this.byId.get(id);
    if (!known) return;
    this.byId.delete(id);
    known.class.servers.remove(known.node);
    if (known.class.servers.size > 0) return;
    this.classes.delete(known.key);
    this.rankPlatforms();
  }

  private openClass(key: string, traits: ServerTraits): ServerClass {
    const made: ServerClass = { traits, servers: new ServerShelves(), bonus: 0 };
    this.classes.set(key, made);
    this.rankPlatforms();
    return made;
  }

  private rankPlatforms(): void {
    this.generation++;
    const platforms = [...new Set([...this.classes.values()].map((c) => c.traits.platform))].sort();
    for (const one of this.classes.values()) one.bonus = platformScore(this.weights, one.traits, platforms);
  }
}

function none(): Amounts {
  return { cpuPercent: 0, memoryMiB: 0, diskGiB: 0, instances: 0 };
}

/** Everything that filters read, in a fixed order. */
function classKey(s: ServerTraits): string {
  return JSON.stringify([
    s.state,
    s.isReserved,
    s.isRevoked,
    s.platform,
    [...s.brands].sort(),
    [...s.nicTags].sort(),
    sortedEntries(s.traits),
  ]);
}

function sortedEntries(record: Record<string, unknown>): [string, unknown][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
