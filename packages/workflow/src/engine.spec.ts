import { ServerId, ServiceError, VmId, type TaskOutcome } from '@nereid/contracts';
import { z } from 'zod';
import { NodeTask, step, workflow, type NodeTaskRequest, type NodeTaskSender } from '.';
import { runWorkflow } from './testing';

const vm = VmId.parse('11111111-1111-4111-8111-111111111111');
const server = ServerId.parse('22222222-2222-4222-8222-222222222222');

/** A world that remembers reservations by key, as cnapi and napi do: released keys refuse late reserves. */
class World {
  readonly held = new Set<string>();
  readonly released = new Set<string>();
  instance = false;
  readonly sent: NodeTaskRequest[] = [];
  answer: (request: NodeTaskRequest, times: number) => TaskOutcome | { state: 'accepted' } | Error = () => ({
    state: 'done',
    result: { ok: true },
  });

  reserve(key: string): void {
    if (this.released.has(key)) throw new ServiceError('Fenced', key);
    this.held.add(key);
  }

  release(key: string): void {
    this.held.delete(key);
    this.released.add(key);
  }

  leftovers(): string[] {
    return [...this.held, ...(this.instance ? ['instance'] : [])];
  }

  readonly nodes: NodeTaskSender = {
    send: async (_, request) => {
      this.sent.push(request);
      const answer = this.answer(request, this.sent.filter((s) => s.taskId === request.taskId).length);
      if (answer instanceof Error) throw answer;
      if (answer.state === 'done') this.instance = request.kind === 'instance.ensure';
      return answer;
    },
  };
}

const provision = workflow<World>()('vm.provision', z.object({ vm: VmId }))
  .together(
    step('pick-server', {
      output: z.object({ server: ServerId }),
      run: ({ on, key }) => {
        on.reserve(key);
        return { server };
      },
      undo: ({ on, key }) => on.release(key),
    }),
    step('reserve-nics', {
      output: z.object({ macs: z.array(z.string()) }),
      run: ({ on, key }) => {
        on.reserve(key);
        return { macs: ['02:00:00:00:00:01'] };
      },
      undo: ({ on, key }) => on.release(key),
    }),
  )
  .step('boot', {
    output: z.object({ ok: z.boolean() }),
    run: ({ done, input }) =>
      new NodeTask(done['pick-server'].server, 'instance.ensure', { instance: { id: input.vm } as never, start: true }),
    undo: ({ done, input }) => new NodeTask(done['pick-server'].server, 'instance.remove', { id: input.vm }),
  })
  .step('announce', { output: z.object({}), run: () => ({}) }); // No undo: a word said twice harms nobody.

function run(world: World, options: Parameters<typeof runWorkflow>[4] = {}): ReturnType<typeof runWorkflow> {
  return runWorkflow(provision, 'wf-1', { vm }, world, { vm, nodes: world.nodes, ...options });
}

describe('engine', () => {
  it('runs all steps, three writes for three groups', async () => {
    const world = new World();
    const outcome = await run(world);
    expect(outcome).toMatchObject({ state: 'succeeded', outputs: { boot: { ok: true } }, writes: 3 });
    expect(world.leftovers()).toHaveLength(3);
  });

  it.each(provision.stepNames)('leaves nothing behind when %s fails', async (failAt) => {
    const world = new World();
    const outcome = await run(world, { failAt, runEachTimes: 2 });
    expect(outcome).toMatchObject({ state: 'failed', failedAt: failAt, error: { code: 'InvalidArgument' } });
    expect(world.leftovers()).toEqual([]);
  });

  it.each(provision.stepNames)('leaves nothing behind when the reply of %s is lost', async (loseReplyOf) => {
    const world = new World();
    const outcome = await run(world, { loseReplyOf, runEachTimes: 2 });
    expect(outcome).toMatchObject({ state: 'failed', failedAt: loseReplyOf, error: { code: 'Timeout' } });
    expect(world.leftovers()).toEqual([]);
  });

  it.each(provision.stepNames)('undoes all that started when a cancel comes during %s', async (cancelAt) => {
    const world = new World();
    const outcome = await run(world, { cancelAt });
    // After the last step there is no border left at which it could be heeded.
    expect(outcome.state).toBe(cancelAt === 'announce' ? 'succeeded' : 'canceled');
    if (cancelAt !== 'announce') expect(world.leftovers()).toEqual([]);
  });

  it('undoes newest first, with a newer generation', async () => {
    const world = new World();
    const { calls } = await run(world, { failAt: 'announce' });
    expect(calls.slice(-3)).toEqual(['undo boot', 'undo reserve-nics', 'undo pick-server']);
    const [boot, remove] = world.sent;
    expect(remove!.generation).toBe(boot!.generation + 1);
    expect(remove!.taskId).toMatch(/\/boot\/undo$/);
  });

  it.each(['every-write', 1, 2, 3] as const)('survives a crash after write %s', async (crashAfter) => {
    for (const failAt of [undefined, ...provision.stepNames]) {
      const world = new World();
      const outcome = await run(world, { crashAfter, ...(failAt && { failAt }) });
      expect(outcome.state).toBe(failAt ? 'failed' : 'succeeded');
      expect(world.leftovers()).toHaveLength(failAt ? 0 : 3);
    }
  });

  it.each(['every-write', 1, 2, 3] as const)(
    'survives a crash before write %s, when what was done is not recorded',
    async (crashBefore) => {
      for (const failAt of [undefined, ...provision.stepNames]) {
        const world = new World();
        const outcome = await run(world, { crashBefore, ...(failAt && { failAt }) });
        expect(outcome.state).toBe(failAt ? 'failed' : 'succeeded');
        expect(world.leftovers()).toHaveLength(failAt ? 0 : 3);
      }
    },
  );

  it('asks a silent node again under the same id, and takes what it says in the end', async () => {
    const world = new World();
    world.answer = (_, times) => (times < 4 ? new ServiceError('Timeout', 'no answer') : { state: 'done', result: { ok: true } });
    expect(await run(world)).toMatchObject({ state: 'succeeded' });
    expect(new Set(world.sent.map((s) => s.taskId)).size).toBe(1);
    expect(world.sent.map((s) => s.epoch)).toEqual([1, 2, 3, 4]);
  });

  it('gives a silent node up when its time to begin is long over, and asks for the removal', async () => {
    const world = new World();
    world.answer = (request) => (request.kind === 'instance.ensure' ? { state: 'accepted' } : { state: 'done', result: {} });
    expect(await run(world)).toMatchObject({ state: 'failed', failedAt: 'boot', error: { code: 'Timeout' } });
    expect(world.leftovers()).toEqual([]);
  });

  it('tries a task again under a new epoch when the node says it may be tried again, three times in all', async () => {
    const world = new World();
    const error = { code: 'ServiceUnavailable', message: 'busy' } as const;
    world.answer = (request) =>
      request.kind === 'instance.ensure' ? { state: 'failed', error, retryable: true } : { state: 'done', result: {} };
    expect(await run(world)).toMatchObject({ state: 'failed', failedAt: 'boot', error });
    expect(world.sent.filter((s) => s.kind === 'instance.ensure').map((s) => s.epoch)).toEqual([1, 2, 3]);
  });

  it('tries an undo without end, stuck after ten', async () => {
    const world = new World();
    const error = { code: 'InternalError', message: 'pool is busy' } as const;
    world.answer = (request) =>
      request.kind === 'instance.remove' ? { state: 'failed', error, retryable: false } : { state: 'done', result: { ok: true } };
    const outcome = await run(world, { failAt: 'announce' });
    expect(outcome).toMatchObject({ state: 'stuck', steps: { 'boot': 'undoing', 'pick-server': 'done' } });
    expect(outcome.calls.filter((c) => c === 'undo boot')).toHaveLength(10);
  });

  it('fails a step whose answer is not what it promises', async () => {
    const world = new World();
    world.answer = () => ({ state: 'done', result: { ok: 'yes' } });
    expect(await run(world)).toMatchObject({ state: 'failed', failedAt: 'boot', error: { code: 'InternalError' } });
    expect(world.leftovers()).toEqual([]);
  });
});
