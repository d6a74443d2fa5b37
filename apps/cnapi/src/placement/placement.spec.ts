import type { ServerId } from '@nereid/contracts';
import { SeededRandom } from '@nereid/ports/fake';
import { Chooser, few } from './choose';
import { explain, summary } from './explain';
import { filters } from './filters';
import { Picture } from './picture';
import { dimensions, type Amounts, type Need, type ServerFacts, type Traits } from './picture.types';
import { fitsIn } from './server-heap';
import { defaultWeights, fillScore } from './weights';

const id = (n: number) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}` as ServerId;
const roomy: Amounts = { cpuPercent: 6400, memoryMiB: 65_536, diskGiB: 1000, instances: 200 };

function server(n: number, more: Partial<ServerFacts> = {}): ServerFacts {
  return {
    id: id(n),
    version: 1,
    state: 'up',
    isReserved: false,
    isRevoked: false,
    brands: ['lx'],
    nicTags: ['external'],
    traits: {},
    platform: '1',
    sellable: roomy,
    reserved: { cpuPercent: 0, memoryMiB: 0, diskGiB: 0, instances: 0 },
    ...more,
  };
}

function need(more: Partial<Need> = {}): Need {
  return {
    owner: 'o',
    amounts: { cpuPercent: 100, memoryMiB: 1024, diskGiB: 10, instances: 1 },
    brand: 'lx',
    nicTags: ['external'],
    traits: {},
    neverOn: new Set(),
    ratherOn: new Set(),
    ratherNotOn: new Set(),
    ...more,
  };
}

function room(servers: ServerFacts[], seed = 1) {
  const random = new SeededRandom(seed);
  const picture = new Picture(defaultWeights, random);
  for (const one of servers) picture.put(one);
  return { picture, chooser: new Chooser(picture, random), random };
}

describe('the index of servers', () => {
  it('finds exactly what a full scan finds, whatever servers there are and whatever happens to them', () => {
    const random = new SeededRandom(7);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random.fraction() * from.length)]!;
    const upTo = (n: number) => Math.floor(random.fraction() * n);
    const any = (n: number, version: number): ServerFacts => {
      const sellable = {
        cpuPercent: 100 * (1 + upTo(64)),
        memoryMiB: 1024 * (1 + upTo(128)),
        diskGiB: 10 + upTo(2000),
        instances: 1 + upTo(224),
      };
      const reserved = { cpuPercent: 0, memoryMiB: 0, diskGiB: 0, instances: 0 };
      for (const dimension of dimensions) reserved[dimension] = Math.floor(sellable[dimension] * Math.sqrt(random.fraction()));
      return server(n, {
        version,
        sellable,
        reserved,
        state: pick(['up', 'up', 'up', 'suspect', 'down'] as const),
        isReserved: random.fraction() < 0.1,
        brands: pick([['lx'], ['lx', 'bhyve'], ['bhyve']] as const),
        nicTags: pick([['external'], ['external', 'internal'], []] as const),
        traits: pick<Traits>([{}, { ssd: true }, { repels: 'gpu', gpu: true }]),
        platform: pick(['1', '2', '3']),
      });
    };
    for (let round = 0; round < 30; round++) {
      const { picture, chooser } = room([], round);
      const count = 1 + upTo(150);
      for (let n = 0; n < count; n++) picture.put(any(n, 1));
      for (let change = 0; change < count; change++) {
        const n = upTo(count);
        if (random.fraction() < 0.1) picture.remove(id(n));
        else if (random.fraction() < 0.5) picture.put(any(n, change + 2));
        else picture.book(id(n), { cpuPercent: 10, memoryMiB: 100, diskGiB: 1, instances: 1 });
      }
      for (let ask = 0; ask < 20; ask++) {
        const wanted = need({
          owner: 'nobody yet',
          amounts: { cpuPercent: upTo(3000), memoryMiB: upTo(65_536), diskGiB: upTo(800), instances: 1 },
          brand: pick(['lx', 'bhyve']),
          nicTags: pick([[], ['external'], ['internal']]),
          traits: pick<Traits>([{}, {}, { ssd: true }, { gpu: true }]),
          neverOn: new Set([id(upTo(count)), id(upTo(count))]),
        });
        expect(chooser.candidates(wanted)).toEqual(scan(picture, wanted));
      }
    }
  });

  it('offers nothing that lacks room in any one amount', () => {
    const servers = dimensions.map((dimension, n) => server(n, { reserved: { ...server(0).reserved, [dimension]: roomy[dimension] } }));
    expect(room(servers).chooser.choose(need())).toBeUndefined();
  });
});

describe('choosing', () => {
  it('packs: of two servers it takes the fuller one that still fits', () => {
    const full = server(2, { reserved: { ...roomy, memoryMiB: 60_000, cpuPercent: 0, instances: 5 } });
    const fuller = server(3, { reserved: { ...roomy, memoryMiB: 65_000, cpuPercent: 0, instances: 5, diskGiB: 0 } });
    const withDisk = { ...full, reserved: { ...full.reserved, diskGiB: 900 } };
    const { chooser } = room([server(1), withDisk, fuller]);
    expect(chooser.choose(need())?.server).toBe(id(2));
  });

  it('spreads over servers that are nearly as good', () => {
    const { chooser } = room(Array.from({ length: 50 }, (_, n) => server(n)));
    const chosen = new Set(Array.from({ length: 100 }, () => chooser.choose(need())!.server));
    expect(chosen.size).toBeGreaterThan(3);
  });

  it('keeps an owner apart while it can, and no longer', () => {
    const { picture, chooser } = room([server(1), server(2)]);
    picture.owners.add('o', id(1), 1);
    expect(chooser.choose(need())?.server).toBe(id(2));
    picture.owners.add('o', id(2), 1);
    expect(chooser.choose(need())).toBeDefined();
  });

  it('holds strict wishes and gives soft ones up', () => {
    const { chooser } = room([server(1), server(2)]);
    expect(chooser.choose(need({ neverOn: new Set([id(1)]) }))?.server).toBe(id(2));
    expect(chooser.choose(need({ neverOn: new Set([id(1), id(2)]) }))).toBeUndefined();
    expect(chooser.choose(need({ ratherNotOn: new Set([id(1)]) }))?.server).toBe(id(2));
    expect(chooser.choose(need({ ratherNotOn: new Set([id(1), id(2)]) }))).toBeDefined();
    expect(chooser.choose(need({ ratherOn: new Set([id(1)]) }))?.server).toBe(id(1));
    expect(chooser.choose(need({ ratherOn: new Set([id(9)]) }))).toBeDefined();
    expect(chooser.choose(need({ onlyOn: new Set([id(9)]) }))).toBeUndefined();
  });

  it('lets a repelling trait keep away all that do not ask for it', () => {
    const { chooser } = room([server(1, { traits: { repels: ['simulated'], simulated: true } }), server(2)]);
    for (let n = 0; n < 20; n++) expect(chooser.choose(need())?.server).toBe(id(2));
    expect(chooser.choose(need({ traits: { simulated: true } }))?.server).toBe(id(1));
  });

  it('counts what is on its way to the database, until it is let go', () => {
    const { picture, chooser } = room([server(1)]);
    const release = picture.book(id(1), { ...roomy });
    expect(chooser.choose(need())).toBeUndefined();
    release();
    release();
    expect(chooser.choose(need())?.server).toBe(id(1));
  });

  it('never goes back to an older row', () => {
    const { picture } = room([server(1, { version: 5 })]);
    expect(picture.put(server(1, { version: 5, state: 'down' }))).toBe(false);
    expect(picture.put(server(1, { version: 6, state: 'down' }))).toBe(true);
  });
});

describe('explaining', () => {
  it('says which filter left none and why', () => {
    const { picture } = room([server(1, { state: 'down' }), server(2, { nicTags: [] }), server(3, { brands: [] })]);
    const told = explain(picture, need(), { candidates: [], conflicts: 0, withRoom: true });
    expect(told.steps.map((s) => [s.filter, s.left])).toEqual([
      ['state', 2],
      ['reserved', 2],
      ['brand', 1],
      ['nic-tags', 0],
      ['traits', 0],
      ['locality', 0],
      ['room', 0],
    ]);
    expect(summary(told)).toBe('none of 3 servers passes nic-tags: has no NIC tag external (1)');
  });

  it('names the amount that is short', () => {
    const { picture } = room([server(1, { reserved: { ...server(1).reserved, memoryMiB: 65_000 } })]);
    const told = explain(picture, need(), { candidates: [], conflicts: 0, withRoom: true });
    expect(summary(told)).toBe('none of 1 servers passes room: not enough memoryMiB (1)');
  });
});

/** The same by looking at every server. Depends on neither heap nor classes. */
function scan(picture: Picture, wanted: Need) {
  const platforms = new Set<string>();
  const all = [...picture.allClasses()].flatMap((one) => [...one.servers.nodes()]);
  for (const node of all) platforms.add(node.facts.platform);
  const ranked = [...platforms].sort();
  return all
    .filter(({ facts, inFlight }) => {
      const free = { ...facts.sellable };
      for (const dimension of dimensions) free[dimension] -= facts.reserved[dimension] + inFlight[dimension];
      return filters.every((f) => !f.refuses(facts, wanted)) && fitsIn(wanted.amounts, free) && !wanted.neverOn.has(facts.id);
    })
    .map(({ facts, inFlight, blur }) => {
      const taken = { ...facts.reserved };
      for (const dimension of dimensions) taken[dimension] += inFlight[dimension];
      const rank = ranked.length < 2 ? 1 : ranked.indexOf(facts.platform) / (ranked.length - 1);
      return { server: facts.id, score: fillScore(defaultWeights, facts.sellable, taken, blur) + rank * defaultWeights.platform };
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, few);
}
