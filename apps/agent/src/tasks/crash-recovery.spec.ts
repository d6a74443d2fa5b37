import type { NodeTaskKind } from '@nereid/contracts';
import type { CrashPlace } from '../ports/crash-point';
import { aSpec, aTaskId, Bench, StoppingCrashPoint } from '../testing/bench';
import { crashPlaces } from './task-steps';

/** The agent ends at every place of every kind of task; the next one on the same server brings it to its end. */
describe('crash recovery', () => {
  it('knows its places', () => {
    expect(crashPlaces()).toHaveLength(126);
    expect(new Set(crashPlaces()).size).toBe(126);
  });

  it.each(crashPlaces())('comes to the right end after a crash at %s', async (place: CrashPlace) => {
    const kind = place.split('/')[0] as NodeTaskKind;
    const bench = new Bench();
    const spec = aSpec();
    try {
      if (kind !== 'instance.ensure') {
        await bench.start();
        await bench.run('instance.ensure', { instance: spec }, { generation: 1 });
        if (kind === 'instance.start') await bench.run('instance.stop', { id: spec.id }, { generation: 2 });
      }
      const startedBefore = (await bench.simulated.instance.inspect(spec.id))?.startedAtMs;
      const crash = new StoppingCrashPoint(place);
      await bench.start({ crash });
      const at = { taskId: aTaskId(), generation: 5 };
      const body = kind === 'instance.stop' || kind === 'instance.remove' ? { id: spec.id } : { instance: spec };
      void bench.run(kind, body, at).catch(() => undefined);
      await crash.reached;
      await new Promise((resolve) => setImmediate(resolve)); // steps side by side with the crash come to rest

      await bench.start();
      // The caller, who has heard nothing, asks again.
      expect(await bench.run(kind, body, { ...at, epoch: 2 })).toMatchObject({ state: 'done' });

      const facts = await bench.simulated.instance.inspect(spec.id);
      const phase = kind === 'instance.remove' ? undefined : kind === 'instance.stop' ? 'stopped' : 'running';
      expect(facts?.phase).toBe(phase);
      if (kind === 'instance.update') expect(facts?.startedAtMs).toBe(startedBefore);
      if (kind === 'instance.remove') expect(bench.simulated.leftovers()).toEqual([]);
      expect((await bench.simulated.instance.inventory()).instances).toHaveLength(kind === 'instance.remove' ? 0 : 1);

      // And an undo after all that leaves nothing.
      expect(await bench.run('instance.remove', { id: spec.id }, { generation: 9 })).toMatchObject({ state: 'done' });
      expect(bench.simulated.leftovers()).toEqual([]);
    } finally {
      await bench.close();
    }
  });
});
