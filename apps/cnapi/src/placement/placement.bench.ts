import type { ServerId } from '@nereid/contracts';
import { SystemClock, SystemRandom } from '@nereid/ports';
import { Chooser } from './choose';
import { Picture } from './picture';
import { needOf, type ServerFacts } from './picture.types';
import { defaultWeights } from './weights';

/**
 * Placement decisions a second on one core: choose among `servers`, book the choice, and take over the row that the database would
 * answer. Prints one line of JSON.
 */
function measure(servers: number, decisions: number): void {
  const clock = new SystemClock();
  const random = new SystemRandom();
  const picture = new Picture(defaultWeights, random);
  const id = (n: number) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}` as ServerId;
  for (let n = 0; n < servers; n++) picture.put(serverOf(id(n), n));
  const chooser = new Chooser(picture, random);
  const latencies = new Float64Array(decisions);
  let refused = 0;
  const started = clock.monotonicMs();
  for (let n = 0; n < decisions; n++) {
    const begun = clock.monotonicMs();
    const need = needOf(
      { cpuPercent: 100, memoryMiB: 256 << (n % 4), diskGiB: 5, brand: n % 5 === 0 ? 'bhyve' : 'lx', nicTags: ['external'], traits: {} },
      `owner ${n % 500}`,
    );
    const choice = chooser.choose(need);
    if (choice) {
      const release = picture.book(choice.server, need.amounts);
      const { facts } = picture.node(choice.server)!;
      const reserved = { ...facts.reserved };
      for (const dimension of ['cpuPercent', 'memoryMiB', 'diskGiB', 'instances'] as const) reserved[dimension] += need.amounts[dimension];
      release();
      picture.putReserved(choice.server, facts.version + 1, reserved);
      picture.owners.add(need.owner, choice.server, 1);
    } else refused++;
    latencies[n] = clock.monotonicMs() - begun;
  }
  const seconds = (clock.monotonicMs() - started) / 1000;
  latencies.sort();
  const at = (share: number) => Number((latencies[Math.floor(share * (decisions - 1))]! * 1000).toFixed(1));
  process.stdout.write(
    `${JSON.stringify({ bench: 'placement', servers, decisions, refused, perSecond: Math.round(decisions / seconds), p50us: at(0.5), p99us: at(0.99) })}\n`,
  );
}

/** A room of 24 kinds of servers, a third of it in use. */
function serverOf(id: ServerId, n: number): ServerFacts {
  const memoryMiB = 65_536 << (n % 3);
  const used = (n * 7919) % 1000;
  return {
    id,
    version: 1,
    state: 'up',
    isReserved: false,
    isRevoked: false,
    brands: n % 2 ? ['lx', 'bhyve'] : ['lx'],
    nicTags: n % 3 ? ['external', 'internal'] : ['external'],
    traits: n % 10 === 0 ? { ssd: true } : {},
    platform: `2026${(n % 4) + 1}`,
    sellable: { cpuPercent: 25_600, memoryMiB, diskGiB: 4000, instances: 224 },
    reserved: { cpuPercent: 0, memoryMiB: Math.floor((memoryMiB * used) / 1500), diskGiB: used, instances: used % 100 },
  };
}

measure(Number(process.argv[2] ?? 10_000), Number(process.argv[3] ?? 100_000));
