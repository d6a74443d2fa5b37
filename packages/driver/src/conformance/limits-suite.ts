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
      const more = { cpuCapPercent: 150, cpuShares: 200, memoryMiB: 192, swapMiB: 384, maxProcesses: 300, ioPriority: 200 };
      const larger = { ...spec, quotaGiB: 2, limits: more };
      const uncapped = { ...larger, limits: { ...more, cpuCapPercent: undefined } };
      // Each twice, and back to where it was.
      for (const wanted of [larger, larger, uncapped, uncapped, spec, spec]) {
        await harness.driver.storage.ensureRoot(aTask(), wanted);
        const applied = await harness.driver.limits.apply(aTask(), wanted);
        const degraded = applied.degraded.map((d) => d.limit);
        for (const [limit, value] of Object.entries(wantedLimits(wanted))) {
          if (!degraded.includes(limit as LimitName)) expect([limit, applied.effective[limit as LimitName]]).toEqual([limit, value]);
        }
        expect(await harness.driver.limits.effective(spec.id)).toEqual(applied.effective);
      }
      expect(await harness.driver.instance.inspect(spec.id)).toMatchObject({
        phase: 'running',
        pid: before?.pid,
        startedAtMs: before?.startedAtMs,
      });
      await takeDown(harness, spec);
    });

    it('refuses a quota below what is stored, with a reason, and leaves the old one', async () => {
      const harness = use();
      const { storage, limits } = harness.driver;
      const spec = anInstance(harness, image(), { quotaGiB: 2 });
      await bringUp(harness, spec);
      await harness.occupy(spec, 1100);
      for (let tries = 0; tries < 2; tries++)
        await expect(storage.ensureRoot(aTask(), { ...spec, quotaGiB: 1 })).rejects.toMatchObject({
          code: 'TooSmall',
          message: expect.stringMatching(/1\.1 GiB.*1 GiB/),
        });
      expect((await limits.effective(spec.id))?.quotaGiB).toBe(2);
      await storage.ensureRoot(aTask(), { ...spec, quotaGiB: 3 });
      await limits.apply(aTask(), { ...spec, quotaGiB: 3 });
      expect((await limits.effective(spec.id))?.quotaGiB).toBe(3);
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
