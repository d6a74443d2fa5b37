import { taskCancel, taskFinished, type InstanceSpec, type TaskOutcome } from '@nereid/contracts';
import { SteppedClock } from '@nereid/ports/fake';
import { until } from '@nereid/ports/until';
import { aSpec, aTaskId, Bench, imageAnswer } from '../testing/bench';

describe('TaskEngine', () => {
  let bench: Bench;
  beforeEach(() => (bench = new Bench()));
  afterEach(() => bench.close());
  const finished = (): { taskId: string; outcome: TaskOutcome }[] => bench.bus.bodies(taskFinished.what);
  const ensure = (spec: InstanceSpec, at = {}) => bench.run('instance.ensure', { instance: spec, start: true }, at);

  it('makes an instance in one round trip, and removes it leaving nothing', async () => {
    await bench.start();
    const spec = aSpec();
    const made = await ensure(spec);
    expect(made).toMatchObject({ state: 'done', result: { seen: { id: spec.id, state: 'running', generation: 1 }, imagePulled: false } });
    expect(bench.simulated.leftovers(spec.id)).not.toEqual([]);
    const removed = await bench.run('instance.remove', { id: spec.id }, { generation: 2 });
    expect(removed).toMatchObject({ state: 'done', result: { id: spec.id, absent: true, poolId: expect.any(String) } });
    expect(bench.simulated.leftovers()).toEqual([]);
    expect(finished()).toEqual([]); // both outcomes were replies
  });

  it('stops, starts, updates and reboots', async () => {
    await bench.start();
    const spec = aSpec();
    await ensure(spec);
    expect(await bench.run('instance.stop', { id: spec.id }, { generation: 2 })).toMatchObject({
      state: 'done',
      result: { seen: { state: 'stopped' } },
    });
    expect(await bench.run('instance.start', { instance: spec }, { generation: 3 })).toMatchObject({
      result: { seen: { state: 'running' } },
    });
    const before = await bench.simulated.instance.inspect(spec.id);
    const renamed = { ...spec, alias: 'other' };
    expect(await bench.run('instance.update', { instance: renamed }, { generation: 4 })).toMatchObject({
      result: { seen: { state: 'running' } },
    });
    expect(await bench.simulated.instance.inspect(spec.id)).toMatchObject({ pid: before!.pid, spec: renamed });
    expect(await bench.run('instance.reboot', { instance: renamed }, { generation: 5 })).toMatchObject({
      result: { seen: { generation: 5 } },
    });
    expect((await bench.simulated.instance.inspect(spec.id))!.pid).not.toBe(before!.pid);
  });

  it('brings the image when it is missing, once for all who want it', async () => {
    bench = new Bench({ allImagesPresent: false });
    await bench.start();
    let fetches = 0;
    bench.bus.reply = (what) => {
      if (what !== 'image.fetch') return { recorded: true };
      fetches++;
      return imageAnswer();
    };
    const first = aSpec();
    const others = [aSpec({ image: first.image }), aSpec({ image: first.image })];
    const outcomes = await Promise.all([first, ...others].map((spec) => ensure(spec)));
    expect(outcomes.map((it) => it.state)).toEqual(['done', 'done', 'done']);
    expect(outcomes.filter((it) => it.state === 'done' && (it.result as { imagePulled: boolean }).imagePulled)).toHaveLength(1);
    expect(fetches).toBe(1);
  });

  it('answers the same task again from the journal, and while it runs with the one run', async () => {
    bench = new Bench({ latencyScale: 0.2 });
    await bench.start();
    const spec = aSpec();
    const at = { taskId: aTaskId() };
    const [one, two] = await Promise.all([ensure(spec, at), ensure(spec, at)]);
    expect(one).toEqual(two);
    expect(await ensure(spec, at)).toEqual(one);
    const { pid } = (await bench.simulated.instance.inspect(spec.id))!;
    expect(pid).toBe(1001); // started once
  });

  it('answers after a restart of the agent, too', async () => {
    await bench.start();
    const spec = aSpec();
    const at = { taskId: aTaskId() };
    const first = await ensure(spec, at);
    await bench.start();
    expect(await ensure(spec, at)).toEqual(first);
  });

  it('says accepted when it takes longer, then the outcome until it is acknowledged', async () => {
    await bench.start({ replyWithinMs: 20 });
    bench.simulated.faults.add({ operation: 'instance.start', mode: 'slow', delayMs: 100, times: 1 });
    let refusals = 2;
    bench.bus.reply = () => {
      if (refusals-- > 0) throw new Error('nobody listens');
      return { recorded: true };
    };
    const at = { taskId: aTaskId() };
    expect(await ensure(aSpec(), at)).toEqual({ state: 'accepted' });
    await until('three tries', () => finished().length === 3);
    expect(new Set(finished().map((it) => it.taskId))).toEqual(new Set([at.taskId]));
    expect(finished()[2]!.outcome).toMatchObject({ state: 'done' });
  });

  it('says what nobody acknowledged again after a restart', async () => {
    await bench.start({ replyWithinMs: 1 });
    bench.simulated.faults.add({ operation: 'instance.start', mode: 'slow', delayMs: 50, times: 1 });
    bench.bus.reply = () => {
      throw new Error('nobody listens');
    };
    const at = { taskId: aTaskId() };
    expect(await ensure(aSpec(), at)).toEqual({ state: 'accepted' });
    await until('a first try', () => finished().length > 0);
    await bench.start();
    await until('said again', () => finished().some((it) => it.taskId === at.taskId));
  });

  it('refuses what is older than the instance has seen, even what is gone', async () => {
    await bench.start();
    const spec = aSpec();
    await bench.run('instance.remove', { id: spec.id }, { generation: 8, epoch: 2 });
    const late = { state: 'failed', error: { code: 'Fenced' }, retryable: false };
    expect(await ensure(spec, { generation: 7, epoch: 9 })).toMatchObject(late);
    expect(await ensure(spec, { generation: 8, epoch: 1 })).toMatchObject(late);
    await bench.start();
    expect(await ensure(spec, { generation: 7 })).toMatchObject(late);
    expect(bench.simulated.leftovers()).toEqual([]);
  });

  it('lets an undo overtake what hangs', async () => {
    await bench.start({ replyWithinMs: 10_000 });
    const spec = aSpec();
    bench.simulated.faults.add({ operation: 'instance.start', mode: 'hang', times: 1 });
    const hanging = ensure(spec);
    await until('the root', () => bench.simulated.leftovers(spec.id).length > 2);
    const removed = await bench.run('instance.remove', { id: spec.id }, { generation: 2 });
    expect(removed).toMatchObject({ state: 'done' });
    expect(await hanging).toMatchObject({ state: 'failed', error: { code: 'Fenced' } });
    expect(bench.simulated.leftovers()).toEqual([]);
  });

  it('refuses to begin what is past its time', async () => {
    await bench.start({ parallel: 1, replyWithinMs: 5_000 });
    bench.simulated.faults.add({ operation: 'instance.start', mode: 'slow', delayMs: 300, times: 1 });
    const slow = ensure(aSpec());
    const late = aSpec();
    expect(await ensure(late, { notAfterMs: 50 })).toMatchObject({ state: 'failed', error: { code: 'Timeout' }, retryable: true });
    expect(bench.simulated.leftovers(late.id)).toEqual([]);
    expect(await slow).toMatchObject({ state: 'done' });
  });

  it('gives up at the deadline, and lets nobody in before the driver has come to rest', async () => {
    const clock = new SteppedClock();
    bench = new Bench({ clock });
    await bench.start({ replyWithinMs: 10_000_000 });
    const spec = aSpec();
    bench.simulated.faults.add({ operation: 'instance.start', mode: 'hang', times: 1 });
    const hanging = ensure(spec, { notAfterMs: 5_000_000 });
    await until('the limits', () => bench.simulated.leftovers(spec.id).some((it) => it.endsWith('limits')));
    await clock.advance(1_000_000);
    expect(await hanging).toMatchObject({ state: 'failed', error: { code: 'Timeout' }, retryable: true });
  });

  it('does again what failed in a way that may pass, when asked again', async () => {
    await bench.start();
    bench.simulated.faults.add({ operation: 'storage.ensureRoot', mode: 'fail', code: 'Busy', times: 1 });
    const spec = aSpec();
    const at = { taskId: aTaskId() };
    expect(await ensure(spec, at)).toMatchObject({ state: 'failed', error: { code: 'ServiceUnavailable' }, retryable: true });
    expect(await ensure(spec, at)).toMatchObject({ state: 'done' });
    expect(await ensure(spec, at)).toMatchObject({ state: 'done' });
  });

  it('stands by a failure that will not pass', async () => {
    await bench.start();
    bench.simulated.faults.add({ operation: 'network.ensurePorts', mode: 'fail', code: 'Invalid', message: 'no such thing', times: 1 });
    const spec = aSpec();
    const at = { taskId: aTaskId() };
    const failed = { state: 'failed', error: { code: 'InvalidArgument', message: 'network.ensurePorts: no such thing' }, retryable: false };
    expect(await ensure(spec, at)).toMatchObject(failed);
    expect(await ensure(spec, at)).toMatchObject(failed);
  });

  it.each(['storage.ensureRoot', 'network.ensurePorts', 'instance.ensureDefined', 'limits.apply', 'instance.start'] as const)(
    'is right after %s acted and its reply was lost: asked again it runs, undone it is gone',
    async (operation) => {
      await bench.start();
      const spec = aSpec();
      const at = { taskId: aTaskId() };
      bench.simulated.faults.add({ operation, mode: 'act-and-lose-reply', times: 1 });
      expect(await ensure(spec, at)).toMatchObject({ state: 'failed', error: { code: 'Timeout' }, retryable: true });
      expect(await ensure(spec, at)).toMatchObject({ state: 'done', result: { seen: { state: 'running' } } });
      bench.simulated.faults.add({ operation: 'storage.remove', mode: 'act-and-lose-reply', times: 1 });
      const undo = { taskId: aTaskId('boot', 'undo'), generation: 2 };
      expect(await bench.run('instance.remove', { id: spec.id }, undo)).toMatchObject({ state: 'failed', retryable: true });
      expect(await bench.run('instance.remove', { id: spec.id }, undo)).toMatchObject({ state: 'done' });
      expect(bench.simulated.leftovers()).toEqual([]);
    },
  );

  it('cancels what has not begun', async () => {
    await bench.start({ parallel: 1, replyWithinMs: 5_000 });
    bench.simulated.faults.add({ operation: 'instance.start', mode: 'slow', delayMs: 200, times: 1 });
    const acting = { taskId: aTaskId() };
    const waiting = { taskId: aTaskId() };
    const first = ensure(aSpec(), acting);
    const second = ensure(aSpec(), waiting);
    await until('the first acts', () => bench.simulated.leftovers().length > 0);
    expect(await bench.bus.call(taskCancel, waiting)).toEqual({ known: true });
    expect(await bench.bus.call(taskCancel, acting)).toEqual({ known: true });
    expect(await bench.bus.call(taskCancel, { taskId: aTaskId() })).toEqual({ known: false });
    expect(await first).toMatchObject({ state: 'done' });
    expect(await second).toMatchObject({ state: 'failed', error: { code: 'Conflict' } });
  });

  it('names the field of a spec that it does not understand', async () => {
    await bench.start();
    const answer = await bench.run('instance.stop', { id: 'nonsense' });
    expect(answer).toMatchObject({ state: 'failed', error: { code: 'InvalidArgument', message: expect.stringContaining('id') } });
  });

  it('does not call an instance absent when the server cannot be looked through', async () => {
    await bench.start();
    const spec = aSpec();
    await ensure(spec);
    bench.simulated.faults.add({ operation: 'instance.inventory', mode: 'fail', code: 'Unavailable' });
    const at = { taskId: aTaskId(), generation: 2 };
    expect(await bench.run('instance.remove', { id: spec.id }, at)).toMatchObject({ state: 'failed', retryable: true });
    bench.simulated.faults.clear();
    expect(await bench.run('instance.remove', { id: spec.id }, at)).toMatchObject({ state: 'done' });
  });
});
