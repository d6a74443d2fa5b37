import { until } from '@nereid/ports/until';
import type { ImageSource } from '../image-driver';
import type { InstanceEvent } from '../instance-driver';
import { aTask, anInstance, bringUp, clock, takeDown } from './fixtures';
import type { DriverHarness } from './harness';

/** Life of an instance: every act twice is every act once. */
export function instanceSuite(use: () => DriverHarness, image: () => ImageSource): void {
  describe('instance', () => {
    it('is made once, however often it is asked, and runs', async () => {
      const harness = use();
      const spec = anInstance(harness, image());
      await bringUp(harness, spec);
      const first = await harness.driver.instance.inspect(spec.id);
      expect(first).toMatchObject({ id: spec.id, phase: 'running' });
      await bringUp(harness, spec);
      const second = await harness.driver.instance.inspect(spec.id);
      expect(second).toMatchObject({ phase: 'running', pid: first!.pid, startedAtMs: first!.startedAtMs });
      expect((await harness.driver.instance.inventory()).instances.filter((i) => i.id === spec.id)).toHaveLength(1);
      await takeDown(harness, spec);
    });

    it('answers the spec it was last defined by', async () => {
      const harness = use();
      const spec = anInstance(harness, image());
      await bringUp(harness, spec);
      const renamed = { ...spec, alias: 'renamed', customerMetadata: { greeting: 'good evening' } };
      await harness.driver.instance.ensureDefined(aTask(), renamed);
      expect((await harness.driver.instance.inspect(spec.id))?.spec).toEqual(renamed);
      expect((await harness.driver.instance.inspect(spec.id))?.phase).toBe('running');
      await takeDown(harness, spec);
    });

    it('starts, stops and reboots, each safe to repeat', async () => {
      const harness = use();
      const { instance } = harness.driver;
      const spec = anInstance(harness, image());
      await bringUp(harness, spec);
      const first = await instance.inspect(spec.id);
      const gently = { mode: 'graceful', timeoutMs: 10_000 } as const;
      await instance.stop(aTask(), spec.id, gently);
      await instance.stop(aTask(), spec.id, gently);
      expect(await instance.inspect(spec.id)).toMatchObject({ phase: 'stopped', pid: undefined, startedAtMs: undefined });
      await instance.start(aTask(), spec.id);
      await instance.start(aTask(), spec.id);
      const second = await instance.inspect(spec.id);
      expect(second?.phase).toBe('running');
      expect(second!.startedAtMs!).toBeGreaterThan(first!.startedAtMs!);
      await instance.reboot(aTask(), spec.id, gently);
      const third = await instance.inspect(spec.id);
      expect(third?.phase).toBe('running');
      expect(third!.startedAtMs!).toBeGreaterThan(second!.startedAtMs!);
      await takeDown(harness, spec);
    });

    it('kills what does not stop in time', async () => {
      const harness = use();
      const { instance } = harness.driver;
      const spec = anInstance(harness, image());
      await bringUp(harness, spec);
      await harness.ignoreStop(spec);
      const before = clock.monotonicMs();
      await instance.stop(aTask(), spec.id, { mode: 'graceful', timeoutMs: 700 });
      expect(clock.monotonicMs() - before).toBeGreaterThanOrEqual(690);
      expect((await instance.inspect(spec.id))?.phase).toBe('stopped');
      await takeDown(harness, spec);
    });

    it('says that a guest ended by itself, without being asked', async () => {
      const harness = use();
      const spec = anInstance(harness, image());
      const stop = new AbortController();
      const events: InstanceEvent[] = [];
      const watching = (async () => {
        for await (const event of harness.driver.instance.watch(stop.signal)) events.push(event);
      })();
      await bringUp(harness, spec);
      await until('a started event', () => events.some((e) => e.id === spec.id && e.kind === 'started'));
      await harness.halt(spec);
      await until('an exited event', () => events.some((e) => e.id === spec.id && e.kind === 'exited'));
      expect((await harness.driver.instance.inspect(spec.id))?.phase).toBe('stopped');
      stop.abort();
      await watching;
      await takeDown(harness, spec);
    });

    it('refuses to start, stop or reboot what is not defined', async () => {
      const { instance } = use().driver;
      const { id } = anInstance(use(), image());
      const how = { mode: 'kill', timeoutMs: 0 } as const;
      await expect(instance.start(aTask(), id)).rejects.toMatchObject({ code: 'NotFound' });
      await expect(instance.stop(aTask(), id, how)).rejects.toMatchObject({ code: 'NotFound' });
      await expect(instance.reboot(aTask(), id, how)).rejects.toMatchObject({ code: 'NotFound' });
      expect(await instance.inspect(id)).toBeUndefined();
    });

    it('refuses a root on an image that is not here', async () => {
      const harness = use();
      const absent = await harness.image();
      const spec = anInstance(harness, absent);
      await expect(harness.driver.storage.ensureRoot(aTask(), spec)).rejects.toMatchObject({ code: 'NotFound' });
      await takeDown(harness, spec);
    });

    it('refuses a brand that it does not have, and says why it has not', async () => {
      const harness = use();
      const brands = Object.entries(await harness.driver.instance.probe());
      expect(brands).toContainEqual([harness.brand, { available: true }]);
      for (const [brand, can] of brands) {
        if (can.available) continue;
        expect(can.reason).not.toBe('');
        const spec = anInstance(harness, image(), { brand: brand as typeof harness.brand });
        await expect(harness.driver.instance.ensureDefined(aTask(), spec)).rejects.toMatchObject({ code: 'Unsupported' });
        await takeDown(harness, spec);
      }
    });
  });
}
