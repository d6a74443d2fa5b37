import type { ServerId } from '@nereid/contracts';
import type { Random } from '@nereid/ports';
import { filters } from './filters';
import { Frontier } from './frontier';
import type { Picture, ServerClass } from './picture';
import type { Need } from './picture.types';
import { fitsIn } from './server-heap';

/** How many of the best are looked at closely. */
export const few = 16;
/** Scores this close to the best count as equal, and chance decides. */
export const nearBest = 0.1;

export interface Candidate {
  readonly server: ServerId;
  readonly score: number;
}

/** A choice: the server, and the candidates it was chosen from, best first. */
export interface Choice {
  readonly server: ServerId;
  readonly candidates: readonly Candidate[];
}

/** Chooses servers from a picture. Keeps what it worked out about classes for requests that ask alike. */
export class Chooser {
  private readonly admitted = new Map<string, { generation: number; classes: ServerClass[] }>();

  constructor(
    private readonly picture: Picture,
    private readonly random: Random,
  ) {}

  /** The server for a need; undefined when none will do. Changes nothing. */
  choose(need: Need): Choice | undefined {
    const candidates = this.candidates(need);
    const best = candidates[0];
    if (!best) return undefined;
    const near = candidates.filter((c) => c.score >= best.score - nearBest);
    return { server: near[Math.floor(this.random.fraction() * near.length)]!.server, candidates };
  }

  /** The best few that will do, best first: by preference for other instances first, then without. */
  candidates(need: Need): Candidate[] {
    const classes = this.classesFor(need);
    if (need.server) return this.amongNamed([need.server], need, classes);
    if (need.onlyOn) return this.amongNamed(need.onlyOn, need, classes);
    const near = this.amongNamed(need.ratherOn, need, classes);
    if (near.length > 0) return near;
    const best = this.spread(this.bestFirst(need, classes), need);
    return best.length > 0 ? best : this.amongNamed(need.ratherNotOn, need, classes);
  }

  private bestFirst(need: Need, classes: readonly ServerClass[]): Candidate[] {
    const frontier = new Frontier();
    for (const one of classes) one.servers.eachWithRoom(need.amounts, (heap) => frontier.push(heap, 0, one.bonus));
    const found: Candidate[] = [];
    for (let next = frontier.pop(); next && found.length < few; next = frontier.pop()) {
      const { node, heap, bonus } = next;
      const { id } = node.facts;
      if (fitsIn(need.amounts, node.free) && !need.neverOn.has(id) && !need.ratherNotOn.has(id))
        found.push({ server: id, score: next.score });
      for (let child = 2 * node.index + 1; child <= 2 * node.index + 2; child++) {
        const below = heap.nodes[child];
        if (below && fitsIn(need.amounts, below.most)) frontier.push(heap, child, bonus);
      }
    }
    return found;
  }

  private amongNamed(ids: Iterable<ServerId>, need: Need, classes: readonly ServerClass[]): Candidate[] {
    const found: Candidate[] = [];
    for (const server of ids) {
      const node = this.picture.node(server);
      const home = this.picture.classOf(server);
      if (!node || !home || !classes.includes(home) || need.neverOn.has(server) || !fitsIn(need.amounts, node.free)) continue;
      found.push({ server, score: node.score + home.bonus });
    }
    return found.sort((a, b) => b.score - a.score);
  }

  /** Of the best few, those without an instance of the same owner, if there are any: one server's failure should not take all. */
  private spread(candidates: Candidate[], need: Need): Candidate[] {
    const fresh = candidates.filter((c) => this.picture.owners.count(need.owner, c.server) === 0);
    return fresh.length > 0 ? fresh : candidates;
  }

  private classesFor(need: Need): ServerClass[] {
    const key = `${need.brand}|${need.nicTags.join()}|${JSON.stringify(need.traits)}|${need.server ? 1 : 0}`;
    const known = this.admitted.get(key);
    if (known?.generation === this.picture.generation) return known.classes;
    const classes = [...this.picture.allClasses()].filter((one) => filters.every((f) => f.refuses(one.traits, need) === undefined));
    // Traits come from customers' packages and images; a bound keeps odd ones from filling memory.
    if (this.admitted.size >= 1_000) this.admitted.clear();
    this.admitted.set(key, { generation: this.picture.generation, classes });
    return classes;
  }
}
