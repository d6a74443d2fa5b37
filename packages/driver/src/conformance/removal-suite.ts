import type { ImageSource } from '../image-driver';
import { probeAll } from '../server-driver';
import { aTask, anInstance, bringUp, takeDown } from './fixtures';
import type { DriverHarness } from './harness';

/** What removal leaves (nothing), and what an inventory proves. */
export function removalSuite(use: () => DriverHarness, image: () => ImageSource): void {
  describe('removal and inventory', () => {
    it('leaves nothing of a running instance', async () => {
      const harness = use();
      const spec = anInstance(harness, image());
      await bringUp(harness, spec);
      expect(await harness.leftovers(spec)).not.toEqual([]); // else the probe sees nothing and proves nothing
      await takeDown(harness, spec);
      expect(await harness.leftovers(spec)).toEqual([]);
      expect(await harness.driver.instance.inspect(spec.id)).toBeUndefined();
    });

    it('counts removing an absent instance as done', async () => {
      const harness = use();
      await expect(takeDown(harness, anInstance(harness, image()))).resolves.toBeUndefined();
    });

    it.each(['storage', 'network', 'definition', 'limits'] as const)('leaves nothing of a create that ended after %s', async (last) => {
      const harness = use();
      const { driver } = harness;
      const spec = anInstance(harness, image());
      const task = aTask();
      const steps = {
        storage: () => driver.storage.ensureRoot(task, spec),
        network: () => driver.network.ensurePorts(task, spec),
        definition: () => driver.instance.ensureDefined(task, spec),
        limits: () => driver.limits.apply(task, spec),
      };
      for (const [name, act] of Object.entries(steps)) {
        await act();
        if (name === last) break;
      }
      const listed = (await driver.instance.inventory()).instances.find((i) => i.id === spec.id);
      expect(listed).toBeDefined();
      expect(['incomplete', 'stopped']).toContain(listed!.phase);
      await takeDown(harness, spec);
      expect(await harness.leftovers(spec)).toEqual([]);
      expect((await driver.instance.inventory()).instances.find((i) => i.id === spec.id)).toBeUndefined();
    });

    it('lists everything, with the proof that it is everything', async () => {
      const harness = use();
      const specs = [anInstance(harness, image()), anInstance(harness, image())];
      for (const spec of specs) await bringUp(harness, spec);
      await harness.driver.instance.stop(aTask(), specs[1]!.id, { mode: 'kill', timeoutMs: 0 });
      const inventory = await harness.driver.instance.inventory();
      expect(inventory).toMatchObject({ complete: true });
      expect(inventory.poolId).not.toBe('');
      expect(inventory.instances.find((i) => i.id === specs[0]!.id)?.phase).toBe('running');
      expect(inventory.instances.find((i) => i.id === specs[1]!.id)?.phase).toBe('stopped');
      expect((await harness.driver.instance.inventory()).poolId).toBe(inventory.poolId);
      for (const spec of specs) await takeDown(harness, spec);
    });

    it('gives a reason for everything that it cannot do', async () => {
      for (const [name, can] of Object.entries(await probeAll(use().driver))) {
        if (!can.available) expect([name, can.reason]).not.toEqual([name, '']);
      }
    });

    it('knows what the server is and has', async () => {
      const { node, observe } = use().driver;
      await node.prepare(aTask().signal);
      await node.prepare(aTask().signal);
      const capacity = await node.capacity();
      expect(capacity.cpuCores).toBeGreaterThanOrEqual(1);
      expect(capacity.memoryMiB).toBeGreaterThan(0);
      expect(capacity.diskGiB).toBeGreaterThan(0);
      expect((await node.facts()).bootedAtMs).toBeGreaterThan(0);
      expect((await observe.nodeUsage()).memoryAvailableMiB).toBeLessThanOrEqual(capacity.memoryMiB);
    });
  });
}
