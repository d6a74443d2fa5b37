import type { InstanceSpec } from '@nereid/contracts';
import type { ImageSource } from '../image-driver';
import type { LimitName } from '../limits-driver';
import { aTask, anInstance, bringUp, takeDown } from './fixtures';
import type { DriverHarness } from './harness';

/** Limits: enforced and read back, or named as not enforced. */
export function limitsSuite(use: () => DriverHarness, image: () => ImageSource): void {
  describe('limits', () => {
    it('enforces each limit of the spec or says that it does not', async () => {
      const harness = use();
      const spec = anInstance(harness, image());
      await bringUp(harness, spec);
      const applied = await harness.driver.limits.apply(aTask(), spec);
      const degraded = applied.degraded.map((d) => d.limit);
      for (const [limit, wanted] of Object.entries(wantedLimits(spec))) {
        if (degraded.includes(limit as LimitName)) continue;
        expect([limit, applied.effective[limit as LimitName]]).toEqual([limit, wanted]);
      }
      for (const { limit, reason } of applied.degraded) expect([limit, reason]).not.toEqual([limit, '']);
      expect(await harness.driver.limits.effective(spec.id)).toEqual(applied.effective);
      await takeDown(harness, spec);
    });

    it('calls a limit degraded exactly when the probe says it cannot be held', async () => {
      const harness = use();
      const spec = anInstance(harness, image());
      await bringUp(harness, spec);
      const probe = await harness.driver.limits.probe();
      const degraded = (await harness.driver.limits.apply(aTask(), spec)).degraded.map((d) => d.limit).sort();
      const missing = Object.keys(wantedLimits(spec)).filter((limit) => !probe[limit as LimitName].available);
      expect(degraded).toEqual(missing.sort());
      await takeDown(harness, spec);
    });

    it('changes the limits of a running instance', async () => {
      const harness = use();
      const spec = anInstance(harness, image());
      await bringUp(harness, spec);
      const before = await harness.driver.instance.inspect(spec.id);
      const larger = { ...spec, limits: { ...spec.limits, cpuCapPercent: 150, memoryMiB: 192, swapMiB: 384, maxProcesses: 300 } };
      const applied = await harness.driver.limits.apply(aTask(), larger);
      const degraded = applied.degraded.map((d) => d.limit);
      for (const limit of ['cpuCapPercent', 'memoryMiB', 'maxProcesses'] as const) {
        if (!degraded.includes(limit)) expect([limit, applied.effective[limit]]).toEqual([limit, larger.limits[limit]]);
      }
      expect((await harness.driver.instance.inspect(spec.id))?.pid).toBe(before?.pid);
      await takeDown(harness, spec);
    });

    it('knows nothing of an absent instance', async () => {
      const { limits, storage } = use().driver;
      const { id } = anInstance(use(), image());
      expect(await limits.effective(id)).toBeUndefined();
      expect(await storage.usage(id)).toBeUndefined();
    });
  });
}

function wantedLimits(spec: InstanceSpec): Partial<Record<LimitName, number>> {
  return { ...spec.limits, quotaGiB: spec.quotaGiB };
}
