import { agentPlaces, CrashCloud } from './crash-cloud';

const places = agentPlaces();
const creating = places.filter((place) => place.startsWith('instance.ensure/'));
const removing = places.filter((place) => place.startsWith('instance.remove/'));

/** The agent dies as by `kill -9` at every step that its journal knows of creating and removing an instance. */
describe('the agent killed', () => {
  let crash: CrashCloud;

  beforeAll(async () => {
    crash = await CrashCloud.start({ simulatedServers: 3 });
  }, 300_000);
  afterAll(() => crash?.remove());

  const dies = async (): Promise<void> => {
    await crash.untilDead('simulated-servers');
    await crash.restartSimulatedServers();
  };

  it('at each of 50 places', () => {
    // Eight steps of a creation and six of a removal; before, after the act, after the record; promise and outcome of each task.
    expect([creating.length, removing.length]).toEqual([28, 22]);
  });

  it.each(creating.map((place, index) => [place, removing[index] ?? 'nothing']))(
    'at %s and %s',
    async (whileCreating, whileRemoving) => {
      crash.arm(whileCreating);
      const [ids] = await Promise.all([crash.create(3), dies()]);
      await crash.until('running', ids);
      await crash.expectSound();

      if (whileRemoving === 'nothing') await crash.destroy(ids);
      else {
        crash.arm(whileRemoving);
        await Promise.all([crash.destroy(ids), dies()]);
      }
      await crash.until('deleted', ids);
      await crash.expectSound();
    },
    300_000,
  );
});
