import { instanceSeries, nodeFrames, serverSeries, type NodeFrame } from '@nereid/contracts';
import { until } from '@nereid/ports/until';
import { aSpec, Bench } from '../testing/bench';

describe('frames of a server', () => {
  let bench: Bench;
  beforeEach(() => (bench = new Bench()));
  afterEach(() => bench.close());
  const frames = (): NodeFrame[] => bench.bus.bodies(nodeFrames.what);

  it('have the figures of the server and of each instance on it, in the order of the series', async () => {
    await bench.start({ framesEveryMs: 20 });
    const spec = aSpec();
    await bench.run('instance.ensure', { instance: spec });
    await until('a frame with the instance', () => frames().some((frame) => frame.instances.length === 1));
    const { server, instances } = frames().at(-1)!;
    const of = (all: readonly { name: string }[], name: string): number => all.findIndex((each) => each.name === name);
    expect(server).toHaveLength(serverSeries.length);
    expect(server[of(serverSeries, 'diskAvailableBytes')]).toBe((4_096 - spec.quotaGiB) * 1024 ** 3);
    expect(instances[0]!.id).toBe(spec.id);
    expect(instances[0]!.figures).toHaveLength(instanceSeries.length);
    expect(instances[0]!.figures[of(instanceSeries, 'processes')]).toBe(7);
    expect(instances[0]!.figures[of(instanceSeries, 'memoryBytes')]).toBeGreaterThan(0);
  });

  it('with very many instances have a part each, in turn, and leave none out', async () => {
    await bench.start({ framesEveryMs: 20, parallel: 200 });
    const specs = Array.from({ length: 250 }, () => aSpec());
    await Promise.all(specs.map((spec) => bench.run('instance.ensure', { instance: spec })));
    const from = frames().length;
    await until(
      'all of them',
      () =>
        new Set(
          frames()
            .slice(from)
            .flatMap(({ instances }) => instances.map(({ id }) => id)),
        ).size === 250,
    );
    expect(Math.max(...frames().map(({ instances }) => instances.length))).toBe(100);
  });

  it('are not said where they are not wanted', async () => {
    await bench.start();
    await bench.run('instance.ensure', { instance: aSpec() });
    expect(frames()).toEqual([]);
  });
});
