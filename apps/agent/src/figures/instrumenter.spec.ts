import { instrumentationsWanted, nodeFrames, type InstrumentationSample, type InstrumentationSpec } from '@nereid/contracts';
import { SteppedClock } from '@nereid/ports/fake';
import { until } from '@nereid/ports/until';
import { FakeNodeBus } from '../testing/fake-node-bus';
import { aSpec, Bench, server } from '../testing/bench';
import { Instrumenter } from './instrumenter';

const id = (n: number): string => `00000000-0000-4000-8000-0000000000f${n}`;
const other = '00000000-0000-4000-8000-0000000000bb';
const want = (n: number, more: object = {}) => ({ id: id(n), module: 'syscall', stat: 'syscalls', predicate: {}, ...more });

describe('instrumentations of a server', () => {
  let bench: Bench | undefined;
  afterEach(async () => {
    await bench?.close();
    bench = undefined;
  });

  it('come back in its frames as cells of its instances, filtered and told apart as asked', async () => {
    bench = new Bench();
    await bench.start({ framesEveryMs: 50 });
    const [a, b] = [aSpec(), aSpec()];
    for (const spec of [a, b]) await bench.run('instance.ensure', { instance: spec });
    const specs = [
      want(1, {
        by: 'execname',
        distributionOf: 'latency',
        predicate: { and: [{ eq: ['execname', 'nginx'] }, { ge: ['latency', 1_000_000] }] },
      }),
      want(2, { instances: [b.id], predicate: { eq: ['hostname', server] } }),
      want(3, { predicate: { eq: ['hostname', other] } }),
      want(4, { module: 'no', stat: 'such' }),
    ];
    await bench.bus.call(instrumentationsWanted, { revision: 7, instrumentations: specs });
    const samples = (n: number): InstrumentationSample[] =>
      bench!.bus.bodies(nodeFrames.what).filter(({ wanted }) => wanted === 7).flatMap(({ samples: all }) => all).filter((one) => one.id === id(n)); // prettier-ignore
    await until('cells of both', () => new Set(samples(1).flatMap(({ cells }) => cells.map(({ vm }) => vm))).size === 2);
    const cells = samples(1).flatMap((sample) => sample.cells);
    expect(new Set(cells.map(({ key }) => key))).toEqual(new Set(['nginx']));
    // The bucket of a million begins below it.
    expect(cells.flatMap(({ distribution }) => distribution!).every(([bucket]) => bucket >= 270)).toBe(true);
    await until('cells of one', () => samples(2).some((sample) => sample.cells.length > 0));
    expect(new Set(samples(2).flatMap((sample) => sample.cells.map(({ vm }) => vm)))).toEqual(new Set([b.id]));
    expect(samples(3).every(({ state, cells: none }) => state === 'on' && none.length === 0)).toBe(true);
    expect(samples(4)[0]).toMatchObject({ state: 'refused', reason: expect.stringContaining('no.such') });
  });

  it('end when nobody renews them', async () => {
    const [clock, bus] = [new SteppedClock(), new FakeNodeBus()];
    const wants: (readonly InstrumentationSpec[])[] = [];
    const trace = {
      probe: async () => ({}),
      want: (specs: readonly InstrumentationSpec[]) => void wants.push(specs),
      drain: () => [],
      close: () => undefined,
    };
    const instrumenter = new Instrumenter(server, trace, bus, clock);
    instrumenter.start();
    const tell = () => bus.call(instrumentationsWanted, { revision: 1, instrumentations: [want(1)] });
    await tell();
    await clock.advance(100_000);
    await tell();
    await clock.advance(100_000);
    instrumenter.samples();
    expect(wants.map(({ length }) => length)).toEqual([1]);
    await clock.advance(30_000);
    instrumenter.samples();
    expect(wants.map(({ length }) => length)).toEqual([1, 0]);
    expect(instrumenter.revision).toBe(0);
  });
});
