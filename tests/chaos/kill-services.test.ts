import { CrashCloud, workflowPoints } from './crash-cloud';

const points = workflowPoints();
const provision = points.filter((point) => point.startsWith('vm.provision/') && !point.includes(':undo:'));
const undo = points.filter((point) => point.startsWith('vm.provision/') && point.includes(':undo:'));
const destroy = points.filter((point) => point.startsWith('vm.destroy/'));

/** All services, and the worker among them, die as by `kill -9` at every step of creating and destroying an instance. */
describe('services killed', () => {
  let crash: CrashCloud;

  beforeAll(async () => {
    crash = await CrashCloud.start({ simulatedServers: 3 });
  }, 300_000);
  afterAll(() => crash?.remove());

  const dies = async (): Promise<void> => {
    await crash.untilDead('standalone');
    await crash.restartServices();
  };

  it('at each of 27 points', () => {
    // Three steps of a creation, their three undos, three steps of a removal; before, after the act, after the record.
    expect([provision.length, undo.length, destroy.length]).toEqual([9, 9, 9]);
  });

  it.each(provision.map((point, index) => [point, destroy[index]!]))(
    'at %s and %s',
    async (creating, destroying) => {
      crash.arm(creating);
      const [ids] = await Promise.all([crash.create(3), dies()]);
      await crash.until('running', ids);
      await crash.expectSound();

      crash.arm(destroying);
      await Promise.all([crash.destroy(ids), dies()]);
      await crash.until('deleted', ids);
      await crash.expectSound();
    },
    300_000,
  );

  it.each(undo)(
    'at %s, when a creation has failed',
    async (point) => {
      await crash.control({ fault: { operation: 'instance.start', mode: 'fail', code: 'Internal' } });
      try {
        crash.arm(point);
        const [ids] = await Promise.all([crash.create(3), dies()]);
        await crash.until('failed', ids);
        await crash.expectSound();
      } finally {
        await crash.control({ clearFaults: true });
      }
    },
    300_000,
  );
});
