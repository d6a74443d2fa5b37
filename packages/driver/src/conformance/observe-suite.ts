import { until } from '@nereid/ports/until';
import type { ImageSource } from '../image-driver';
import type { InstanceUsage } from '../observe-driver';
import { aTask, anInstance, bringUp, takeDown } from './fixtures';
import type { DriverHarness } from './harness';

/** Figures: of what is there and nothing else, growing where they count, unknown rather than nought. */
export function observeSuite(use: () => DriverHarness, image: () => ImageSource): void {
  describe('figures', () => {
    it('has counters of a running instance that never fall, and knows its memory and processes', async () => {
      const harness = use();
      const { observe } = harness.driver;
      const spec = anInstance(harness, image());
      await bringUp(harness, spec);
      const look = async (): Promise<InstanceUsage | undefined> => (await observe.instanceUsage([spec.id]))[0];
      const first = await until('its first process counts', async () => {
        const usage = await look();
        return (usage?.processes ?? 0) > 0 && usage;
      });
      const second = await until('its time on a CPU', async () => {
        const usage = await look();
        return usage?.cpuMs !== undefined && usage;
      });
      expect(first.id).toBe(spec.id);
      expect(second.memoryBytes).toBeGreaterThan(0);
      expect(second.cpuMs).toBeGreaterThanOrEqual(first.cpuMs ?? 0);
      for (const name of ['networkReceivedBytes', 'networkSentBytes'] as const) {
        expect(second[name]).toBeGreaterThanOrEqual(first[name] ?? 0);
      }
      await takeDown(harness, spec);
    });

    it('leaves out what is not there, and what was removed', async () => {
      const harness = use();
      const { observe } = harness.driver;
      const spec = anInstance(harness, image());
      expect(await observe.instanceUsage([spec.id])).toEqual([]);
      await bringUp(harness, spec);
      expect((await observe.instanceUsage([spec.id])).map(({ id }) => id)).toEqual([spec.id]);
      await takeDown(harness, spec);
      expect(await observe.instanceUsage([spec.id])).toEqual([]);
    });

    it('has figures of the server whose counters never fall', async () => {
      const { node, observe } = use().driver;
      await node.prepare(aTask().signal);
      const first = await observe.nodeUsage();
      const second = await observe.nodeUsage();
      expect(first.cpuMs).toBeGreaterThanOrEqual(0);
      expect(second.cpuMs).toBeGreaterThanOrEqual(first.cpuMs!);
      expect(second.memoryBytes).toBeGreaterThanOrEqual(0);
      expect(second.processes).toBeGreaterThanOrEqual(0);
    });
  });
}
