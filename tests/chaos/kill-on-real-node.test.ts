import { agentPlaces, CrashCloud, workflowPoints } from './crash-cloud';

/** A dozen of the points at which services and agent can die, each where most has been begun, on the node with a real kernel. */
const points: readonly (readonly [creating: string, removing: string])[] = [
  ['instance.ensure/root/after-act', 'instance.remove/process/after-act'],
  ['instance.ensure/ports/after-act', 'instance.remove/ports/before-act'],
  ['instance.ensure/start/before-act', 'instance.remove/storage/after-act'],
  ['instance.ensure/start/after-act', 'instance.remove/prove/after-record'],
  ['instance.ensure/finish/after-record', 'vm.destroy/after-act:remove'],
  ['vm.provision/after-act:boot', 'vm.destroy/before:release-nics'],
];

describe('on the real node', () => {
  let crash: CrashCloud;

  beforeAll(async () => {
    crash = await CrashCloud.start({ hasRealNode: true });
  }, 300_000);
  afterAll(() => crash?.remove());

  it('each of the dozen is one that exists', () => {
    const known = [...agentPlaces(), ...workflowPoints()];
    expect(points.flat().filter((point) => !known.includes(point))).toEqual([]);
    expect(points.flat()).toHaveLength(12);
  });

  /** Whoever dies at the point is started again: the agent by its box, the services by us. */
  const dies = async (point: string): Promise<void> => {
    await crash.untilReached(point);
    if (point.startsWith('vm.')) {
      await crash.untilDead('standalone');
      await crash.restartServices();
    }
  };

  it.each(points)(
    'killed at %s and %s',
    async (creating, removing) => {
      crash.arm(creating);
      const [ids] = await Promise.all([crash.create(2), dies(creating)]);
      await crash.until('running', ids);
      await crash.expectSound();

      crash.arm(removing);
      await Promise.all([crash.destroy(ids), dies(removing)]);
      await crash.until('deleted', ids);
      await crash.expectSound();
    },
    300_000,
  );
});
