/* eslint-disable @typescript-eslint/no-explicit-any -- report bodies are checked by their contracts in the fake bus */
import { beat, facts, guestMetadataChanged, instancesSeen, snapshotWanted, type VmId } from '@nereid/contracts';
import { parseV2Reply, renderV2Request } from '@nereid/driver';
import { SteppedClock } from '@nereid/ports/fake';
import { until } from '@nereid/ports/until';
import { aSpec, Bench } from '../testing/bench';

describe('reports of a server', () => {
  let bench: Bench;
  beforeEach(() => (bench = new Bench()));
  afterEach(() => bench.close());
  const seen = (): any[] => bench.bus.bodies(instancesSeen.what);
  const stateOf = (id: VmId): string | undefined =>
    seen()
      .flatMap((body) => body.instances)
      .filter((it) => it.id === id)
      .at(-1)?.state;

  it('say at the start what the server is and everything that is on it', async () => {
    await bench.start();
    const spec = aSpec();
    await bench.run('instance.ensure', { instance: spec });
    await bench.start();
    await until('facts', () => bench.bus.bodies(facts.what).length === 1);
    expect(bench.bus.bodies(facts.what)[0]).toMatchObject({
      boot: 2,
      driver: 'simulated',
      brands: expect.arrayContaining(['lx']),
      poolId: expect.any(String),
    });
    expect(seen()[0]).toMatchObject({ boot: 2, seq: 1, complete: true, instances: [{ id: spec.id, state: 'running', generation: 1 }] });
    expect(seen()[0].instances[0].conditions).toEqual([{ kind: 'degraded', what: 'ioPriority', reason: expect.any(String) }]);
  });

  it('are numbered without gaps, and everything is said again when asked and after a loss', async () => {
    await bench.start();
    const spec = aSpec();
    await bench.run('instance.ensure', { instance: spec });
    await until('the change', () => stateOf(spec.id) === 'running');
    const { seq } = await bench.bus.call<{ seq: number }>(snapshotWanted, {});
    expect(seen().at(-1)).toMatchObject({ seq, complete: true });
    bench.bus.reconnect();
    await until('a snapshot', () => seen().at(-1).seq > seq && seen().at(-1).complete);
    expect(seen().map((body) => body.seq)).toEqual(seen().map((_, index) => index + 1));
  });

  it('say at once that a guest has ended, by no timer', async () => {
    const clock = new SteppedClock();
    bench = new Bench({ clock });
    await bench.start();
    const spec = aSpec();
    await bench.run('instance.ensure', { instance: spec });
    await clock.advance(1_000); // what a task changed waits a moment for company
    await until('running', () => stateOf(spec.id) === 'running');
    bench.simulated.halt(spec.id, 3);
    await until('stopped', () => stateOf(spec.id) === 'stopped');
    expect(seen().at(-1).instances[0].exitCode).toBe(3);
  });

  it('say absent only with proof', async () => {
    await bench.start();
    const spec = aSpec();
    await bench.run('instance.ensure', { instance: spec });
    await bench.run('instance.remove', { id: spec.id }, { generation: 2 });
    await until('absent', () => stateOf(spec.id) === 'absent');
    expect(seen().at(-1)).toMatchObject({ complete: false, poolId: (await bench.simulated.instance.inventory()).poolId });
  });

  it('keep a beat at 64 bytes', async () => {
    await bench.start();
    expect(JSON.stringify(bench.bus.bodies(beat.what)[0]).length).toBeLessThanOrEqual(64);
    expect(JSON.stringify({ b: 9_999_999, q: 9_999_999_999, u: 10_000 }).length).toBeLessThanOrEqual(64);
  });

  it("bring a guest's own change of metadata up before the guest hears success", async () => {
    await bench.start();
    const spec = aSpec();
    await bench.run('instance.ensure', { instance: spec });
    const guest = bench.simulated.connectMetadata(spec.id);
    let heard = '';
    guest.on('data', (bytes: Buffer) => (heard += bytes.toString()));
    guest.write(renderV2Request('00000001', { command: 'PUT', key: 'mine', value: 'new' }));
    await until('an answer', () => heard !== '');
    expect(parseV2Reply(heard.trimEnd())).toMatchObject({ code: 'SUCCESS' });
    expect(bench.bus.bodies(guestMetadataChanged.what)).toEqual([{ vm: spec.id, set: { mine: 'new' }, remove: [] }]);
    guest.destroy();
    await bench.start(); // and the next boot knows it
    const again = bench.simulated.connectMetadata(spec.id);
    heard = '';
    again.on('data', (bytes: Buffer) => (heard += bytes.toString()));
    again.write('GET mine\n');
    await until('the value', () => heard === 'SUCCESS\nnew\n.\n');
    again.destroy();
  });
});
