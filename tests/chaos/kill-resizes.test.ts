import { agentPlaces, CrashCloud, workflowPoints } from './crash-cloud';

const points = workflowPoints().filter((point) => point.startsWith('vm.resize/'));
const forward = points.filter((point) => !point.includes(':undo:'));
const settled = points.filter((point) => point.includes(':undo:settle-room'));
const undo = points.filter((point) => point.includes(':undo:') && !settled.includes(point));
const places = agentPlaces().filter((place) => place.startsWith('instance.update/'));

/** Whoever works on a resize dies as by `kill -9` at every step of it, on its way and on its way back. */
describe('killed in a resize', () => {
  let crash: CrashCloud;
  let ids: string[];
  /** What the instances are now, and what they are resized to next. */
  let [now, next] = ['nano', 'small'];

  beforeAll(async () => {
    crash = await CrashCloud.start({ simulatedServers: 3 });
    ids = await crash.create(3, now);
    await crash.until('running', ids);
  }, 300_000);
  afterAll(() => crash?.remove(), 60_000);

  const servicesDie = async (): Promise<void> => {
    await crash.untilDead('standalone');
    await crash.restartServices();
  };
  const agentDies = async (): Promise<void> => {
    await crash.untilDead('simulated-servers');
    await crash.restartSimulatedServers();
  };
  const succeeds = async (dies: Promise<void>): Promise<void> => {
    await Promise.all([crash.resize(ids, next), dies]);
    await crash.untilOf(next, ids);
    [now, next] = [next, now];
    await crash.expectSound();
  };

  it('at each of 18 points of the services and 19 of the agent', () => {
    // Three steps, their three undos; before, after the act, after the record. Five steps of the node's task; promise and outcome.
    expect([forward.length, undo.length, settled.length, places.length]).toEqual([9, 6, 3, 19]);
  });

  it.each(forward)(
    'the services at %s',
    async (point) => {
      crash.arm(point);
      await succeeds(servicesDie());
    },
    300_000,
  );

  it.each(places)(
    'the agent at %s',
    async (place) => {
      crash.arm(place);
      await succeeds(agentDies());
    },
    300_000,
  );

  it.each(undo)(
    'the services at %s, when a server has refused',
    async (point) => {
      const [id] = ids as [string];
      await crash.control({ fault: { operation: 'limits.apply', id, mode: 'fail', code: 'Conflict', times: 1 } });
      try {
        crash.arm(point);
        await Promise.all([crash.resize([id], next), servicesDie()]);
        await crash.untilQuiet();
        expect(await crash.lastJob(id)).toBe('resize failed');
        await crash.untilOf(now, ids);
        await crash.expectSound();
      } finally {
        await crash.control({ clearFaults: true });
      }
    },
    300_000,
  );

  it.each(settled)(
    'the services at %s, when all was done and the job is cancelled',
    async (point) => {
      const [id] = ids as [string];
      crash.arm('vm.resize/after-act:settle-room');
      await Promise.all([crash.resize([id], next), crash.untilDead('standalone')]);
      await crash.cancelUnderWay();
      crash.arm(point);
      // They go on with the job as soon as they are up, and die before they say that they are.
      await crash.restartServices().catch(() => undefined);
      await servicesDie();
      await crash.untilQuiet();
      expect(await crash.lastJob(id)).toBe('resize canceled');
      await crash.untilOf(now, ids);
      await crash.expectSound();
    },
    300_000,
  );
});
