import { ServerId, ServiceError, TaskId, VmId, type JobId, type TaskOutcome } from '@nereid/contracts';
import { OwnerPool, violates } from '@nereid/database';
import { until } from '@nereid/ports/until';
import { freshDatabase, type FreshDatabase } from '@nereid/testkit';
import { z } from 'zod';
import { Jobs, WorkflowWorker, register, workflow, type NodeTaskRequest, type NodeTaskSender, type WorkerOptions } from '.';
import { JobRepository } from './job.repository';
import { acceptJob, ids, insertJob, trip, type SpecPorts } from './trip.fixture-spec';

const server = ServerId.parse(ids.random());
/** Between two sweeps, where what happens must not be the sweeper's doing. */
const neverMs = 3_600_000;
const aVm = (): VmId => VmId.parse(ids.random());

/** A node that does as the spec says and remembers what it was asked. */
class SpecNode implements NodeTaskSender {
  readonly sent: NodeTaskRequest[] = [];
  answer: (request: NodeTaskRequest) => Promise<TaskOutcome | { state: 'accepted' }> = async () => ({
    state: 'done',
    result: { times: 1 },
  });

  send(_: ServerId, request: NodeTaskRequest): Promise<TaskOutcome | { state: 'accepted' }> {
    this.sent.push(request);
    return this.answer(request);
  }
}

describe('WorkflowWorker', () => {
  let database: FreshDatabase;
  let pool: OwnerPool;
  let napi: OwnerPool;
  let node: SpecNode;
  let ports: SpecPorts;
  const workers: WorkflowWorker[] = [];
  beforeAll(async () => {
    database = await freshDatabase();
    pool = new OwnerPool('vmapi', { ...database, poolSize: 10 });
    napi = new OwnerPool('napi', { ...database, poolSize: 10 });
  });
  afterAll(async () => {
    await pool.end();
    await napi.end();
    await database.drop();
  });
  beforeEach(() => {
    node = new SpecNode();
    ports = { napi, server };
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.stop(200)));
    await pool.exec('DELETE FROM vmapi.job');
  });

  function aWorker(options: Partial<WorkerOptions> = {}): { worker: WorkflowWorker; jobs: Jobs } {
    const worker = new WorkflowWorker({
      ...{ pool, nodes: node, workflows: [register(trip, ports)] },
      onError: (error) => {
        throw error;
      },
      ...options,
    });
    workers.push(worker);
    worker.start();
    return { worker, jobs: new Jobs(pool, worker, undefined) };
  }

  const stateOf = (id: JobId): Promise<string> => pool.one('SELECT state FROM vmapi.job WHERE id = $1', [id], (r) => r.state as string);
  const reaches = (id: JobId, state: string): Promise<boolean> => until(`${id} ${state}`, async () => (await stateOf(id)) === state);
  const heldBy = (id: JobId): Promise<string[]> =>
    napi.many(`SELECT key FROM napi.step_key WHERE key LIKE $1 AND state = 'reserved'`, [`${id}/%`], (r) => r.key as string);

  it('begins a job in the commit that accepts it, without a claim', async () => {
    const { jobs } = aWorker();
    const vm = aVm();
    const job = jobs.prepare(trip, { vm });
    await acceptJob(pool, jobs, job, vm);
    await reaches(job.id, 'succeeded');
    expect(await pool.one('SELECT epoch, worker FROM vmapi.job WHERE id = $1', [job.id])).toEqual({ epoch: 1, worker: null });
    expect(await jobs.get(job.id)).toMatchObject({
      state: 'succeeded',
      steps: [
        { name: 'take', direction: 'do', state: 'done', attempts: 1, output: { held: `${job.id}/take` } },
        { name: 'note', state: 'done' },
        { name: 'boot', state: 'done', output: { times: 1 } },
        { name: 'close', state: 'done' },
      ],
    });
  });

  it('tells of each step that began or ended, after it is written', async () => {
    const seen: Promise<string[]>[] = [];
    const shown = async (id: JobId): Promise<string[]> => (await jobs.get(id)).steps!.map(({ name, state }) => `${name} ${state}`);
    const { jobs } = aWorker({ onStep: (id, of) => void (of === vm && seen.push(shown(id))) });
    const vm = aVm();
    const { id } = await acceptJob(pool, jobs, jobs.prepare(trip, { vm }), vm);
    await reaches(id, 'succeeded');
    const [first = [], second = [], ...more] = await Promise.all(seen);
    expect(first).toEqual(expect.arrayContaining(['take done', 'note done']));
    expect(second).toEqual(expect.arrayContaining(['boot done']));
    expect(more).toEqual([]); // the end is told by `onDriven`
  });

  it('costs one commit for accepting and one for each group', async () => {
    const counted = new CountingPool('vmapi', { ...database, poolSize: 4 });
    const { jobs, worker } = aWorker({ pool: counted, sweepEveryMs: neverMs });
    await until('started', () => counted.statements > 0);
    const before = counted.statements;
    const vm = aVm();
    await acceptJob(counted, jobs, jobs.prepare(trip, { vm }), vm);
    await until('ended', () => worker.stats.ended === 1);
    expect(counted.statements - before).toBe(1 + trip.groups.length);
    await worker.stop();
    await counted.end();
  });

  it('makes the owner’s changes in the same statement, and none for a worker that lost the run', async () => {
    const { jobs } = aWorker({
      workflows: [
        register(trip, ports, (event, p) =>
          event.state === 'succeeded'
            ? `told AS (INSERT INTO vmapi.outbox (subject, resource_id, version, body)
                 SELECT 'vm.changed', ${p(event.vm)}::text, 1, ${p(JSON.stringify(event.done))}::jsonb WHERE EXISTS (SELECT FROM mine))`
            : undefined,
        ),
      ],
    });
    const vm = aVm();
    const job = await acceptJob(pool, jobs, jobs.prepare(trip, { vm }), vm);
    await reaches(job.id, 'succeeded');
    expect(await pool.many('SELECT subject, body FROM vmapi.outbox WHERE resource_id = $1', [vm])).toEqual([
      { subject: 'vm.changed', body: { take: { held: `${job.id}/take` }, note: { noted: true }, boot: { times: 1 }, close: {} } },
    ]);
  });

  it('waits without a worker for a node that takes its time, and goes on with what it reports', async () => {
    const { jobs, worker } = aWorker();
    node.answer = async () => ({ state: 'accepted' });
    const vm = aVm();
    const job = await acceptJob(pool, jobs, jobs.prepare(trip, { vm }), vm);
    await reaches(job.id, 'waiting');
    await until('let go', () => worker.running === 0);
    const task = TaskId.parse(`${job.id}/boot/do`);
    expect(await jobs.recordTaskResult(task, { state: 'done', result: { times: 7 } })).toBe(true);
    expect(await jobs.recordTaskResult(task, { state: 'done', result: { times: 8 } })).toBe(false);
    await reaches(job.id, 'succeeded');
    expect((await jobs.get(job.id)).steps).toMatchObject([{}, {}, { output: { times: 7 } }, {}]);
  });

  it('does not lose a result that arrives while the run is active, before it parks', async () => {
    const { jobs } = aWorker({ sweepEveryMs: neverMs });
    for (let i = 0; i < 20; i++) {
      const vm = aVm();
      const job = jobs.prepare(trip, { vm });
      node.answer = async (request) => {
        // The report overtakes the reply: recorded and woken while the worker still holds the run.
        await jobs.recordTaskResult(request.taskId, { state: 'done', result: { times: i } });
        return { state: 'accepted' };
      };
      await acceptJob(pool, jobs, job, vm);
      await reaches(job.id, 'succeeded');
    }
  });

  it('does not lose a result that races with parking', async () => {
    const { jobs } = aWorker({ sweepEveryMs: neverMs });
    const all: JobId[] = [];
    node.answer = async (request) => {
      setTimeout(() => void jobs.recordTaskResult(request.taskId, { state: 'done', result: { times: 1 } }), Math.random() * 6);
      return { state: 'accepted' };
    };
    for (let i = 0; i < 60; i++) {
      const vm = aVm();
      all.push((await acceptJob(pool, jobs, jobs.prepare(trip, { vm }), vm)).id);
    }
    await until('all', async () => (await pool.one(`SELECT count(*) AS n FROM vmapi.job WHERE state = 'succeeded'`)).n === all.length);
  });

  it('lets a stale worker write nothing when another has taken the run', async () => {
    let letGo = (): void => undefined;
    const blocked = new Promise<void>((resolve) => (letGo = resolve));
    const reached: string[] = [];
    const slow: SpecPorts = {
      ...ports,
      onTake: async () => {
        reached.push('slow');
        await blocked;
      },
    };
    // The first worker holds the run and, frozen, does not renew.
    const { jobs, worker: stale } = aWorker({ workflows: [register(trip, slow)], leaseMs: 300, clock: frozenClock() });
    const vm = aVm();
    const job = await acceptJob(pool, jobs, jobs.prepare(trip, { vm }), vm);
    await until('begun', () => reached.length === 1);
    const { worker: fresh } = aWorker({ sweepEveryMs: 50 });
    await reaches(job.id, 'succeeded');
    const before = await pool.many('SELECT * FROM vmapi.job_step WHERE job = $1 ORDER BY position', [job.id]);
    letGo();
    await until('the stale one stops', () => stale.running === 0);
    expect(stale.stats).toMatchObject({ lost: 1, ended: 0, errors: 0 });
    await until('the fresh one has heard so', () => fresh.stats.ended === 1);
    expect(await pool.many('SELECT * FROM vmapi.job_step WHERE job = $1 ORDER BY position', [job.id])).toEqual(before);
    expect(node.sent.map((s) => s.epoch)).toEqual([2]);
  });

  it('cancels a waiting job: undoes what started and tells the node with a newer generation', async () => {
    const { jobs } = aWorker();
    node.answer = async (request) => (request.kind === 'instance.ensure' ? { state: 'accepted' } : { state: 'done', result: {} });
    const vm = aVm();
    const job = await acceptJob(pool, jobs, jobs.prepare(trip, { vm }), vm);
    await reaches(job.id, 'waiting');
    expect(await heldBy(job.id)).toHaveLength(1);
    await jobs.cancel(job.id);
    await reaches(job.id, 'canceled');
    expect(await heldBy(job.id)).toEqual([]);
    expect(node.sent.map((s) => [s.kind, s.generation])).toEqual([
      ['instance.ensure', 1],
      ['instance.remove', 2],
    ]);
    expect((await jobs.get(job.id)).error).toMatchObject({ code: 'Conflict' });
    // Late word of the first task interests nobody, and the node may forget it.
    expect(await jobs.recordTaskResult(TaskId.parse(`${job.id}/boot/do`), { state: 'done', result: { times: 1 } })).toBe(false);
  });

  it('runs one job of an instance at a time, in order, ends cancelled ones without a step, and refuses the 21st waiting', async () => {
    const { jobs } = aWorker();
    node.answer = async () => ({ state: 'accepted' });
    const vm = aVm();
    const all: JobId[] = [];
    for (let i = 0; i < 21; i++) all.push((await acceptJob(pool, jobs, jobs.prepare(trip, { vm }), vm)).id);
    const refused = await insertJob(pool, jobs.prepare(trip, { vm }), vm).catch((e: unknown) => e);
    expect(violates(refused, 'job_queue_limit')).toBe(true);
    await reaches(all[0]!, 'waiting');
    expect(await stateOf(all[1]!)).toBe('queued');
    for (const id of all.slice(2)) await jobs.cancel(id);
    for (const id of all.slice(0, 2)) {
      await reaches(id, 'waiting');
      await jobs.recordTaskResult(TaskId.parse(`${id}/boot/do`), { state: 'done', result: { times: 1 } });
      await reaches(id, 'succeeded');
    }
    await until('all ended', async () => (await pool.one(`SELECT count(*) AS n FROM vmapi.job WHERE state = 'canceled'`)).n === 19);
    expect(node.sent).toHaveLength(2);
  });

  it('shows an undo that fails ten times as stuck, and finishes when its cause is gone', async () => {
    const { jobs } = aWorker();
    let isBroken = true;
    node.answer = async (request) => {
      if (request.kind === 'instance.ensure')
        return { state: 'failed', error: { code: 'InvalidArgument', message: 'no' }, retryable: false };
      if (isBroken) return { state: 'failed', error: { code: 'InternalError', message: 'pool busy' }, retryable: false };
      return { state: 'done', result: {} };
    };
    const vm = aVm();
    const job = await acceptJob(pool, jobs, jobs.prepare(trip, { vm }), vm);
    await until('stuck', async () => {
      await jobs.retryNow(job.id);
      return (await stateOf(job.id)) === 'stuck';
    });
    expect((await jobs.get(job.id)).steps).toContainEqual(
      expect.objectContaining({
        name: 'boot',
        direction: 'undo',
        state: 'failed',
        error: expect.objectContaining({ message: 'pool busy' }),
      }),
    );
    expect((await jobs.get(job.id)).steps).toContainEqual(
      expect.objectContaining({ name: 'boot', direction: 'do', error: expect.objectContaining({ code: 'InvalidArgument' }) }),
    );
    isBroken = false;
    await jobs.retryNow(job.id);
    await reaches(job.id, 'failed');
    expect(await heldBy(job.id)).toEqual([]);
    expect((await jobs.get(job.id)).error).toMatchObject({ code: 'InvalidArgument', step: 'boot' });
  });

  it('shows a run whose end the database refuses as stuck after some tries, and undoes it', async () => {
    let isRefused = true;
    const workflows = [
      register(trip, ports, ({ state }) =>
        isRefused && state === 'succeeded' ? 'vm AS (SELECT * FROM vmapi.gone_with_a_release)' : undefined,
      ),
    ];
    const failures: unknown[] = [];
    const { jobs } = aWorker({ workflows, leaseMs: 600, sweepEveryMs: 50, onError: (error) => void failures.push(error) });
    const vm = aVm();
    const job = await acceptJob(pool, jobs, jobs.prepare(trip, { vm }), vm);
    await reaches(job.id, 'stuck');
    expect(failures.length).toBeGreaterThanOrEqual(10);
    expect(await heldBy(job.id)).not.toEqual([]);
    expect((await jobs.get(job.id)).error).toMatchObject({ code: 'InternalError' });
    isRefused = false;
    await jobs.retryNow(job.id);
    await reaches(job.id, 'failed');
    expect(await heldBy(job.id)).toEqual([]);
    // What was asked of the node under the older generation can no longer come after this.
    const [first, last] = [node.sent.at(0)!, node.sent.at(-1)!];
    expect(last).toMatchObject({ kind: 'instance.remove', generation: first.generation + 1 });
  });

  it('leaves runs of a version it does not have to a worker that has it', async () => {
    const second = workflow<SpecPorts>()('vm.trip', z.object({ vm: z.string() }), { version: 2 }).step('only', {
      output: z.object({}),
      run: () => ({}),
    });
    const { jobs, worker } = aWorker();
    const vm = aVm();
    const job = { ...jobs.prepare(second, { vm }), worker: null };
    await acceptJob(pool, jobs, job, vm);
    await worker.wake(job.id);
    await worker.sweep();
    expect(await stateOf(job.id)).toBe('queued');
    aWorker({ workflows: [register(second, ports)] });
    await reaches(job.id, 'succeeded');
  });

  it('retries a step three times when the error says so, then fails', async () => {
    let tries = 0;
    const { jobs } = aWorker({
      workflows: [
        register(trip, {
          ...ports,
          onTake: () => {
            tries++;
            throw new ServiceError('ServiceUnavailable', 'napi is away');
          },
        }),
      ],
    });
    const vm = aVm();
    const job = await acceptJob(pool, jobs, jobs.prepare(trip, { vm }), vm);
    await reaches(job.id, 'failed');
    expect(tries).toBe(3);
    expect((await jobs.get(job.id)).steps).toContainEqual(
      expect.objectContaining({ name: 'take', direction: 'do', state: 'failed', attempts: 3 }),
    );
  });

  it('forgets jobs after 90 days, with their steps', async () => {
    const { jobs } = aWorker();
    const [old, recent] = [aVm(), aVm()];
    const gone = await acceptJob(pool, jobs, jobs.prepare(trip, { vm: old }), old);
    const kept = await acceptJob(pool, jobs, jobs.prepare(trip, { vm: recent }), recent);
    await Promise.all([reaches(gone.id, 'succeeded'), reaches(kept.id, 'succeeded')]);
    await pool.exec(`UPDATE vmapi.job SET ended_at = now() - interval '91 days' WHERE id = $1`, [gone.id]);
    expect(await new JobRepository(pool, 'nobody', 1_000).prune()).toBe(1);
    expect(await pool.many('SELECT DISTINCT job FROM vmapi.job_step')).toEqual([{ job: kept.id }]);
  });

  it('lets go of its runs when it stops, so that another need not wait for the lease', async () => {
    let letGo = (): void => undefined;
    const blocked = new Promise<void>((resolve) => (letGo = resolve));
    const { jobs, worker } = aWorker({ workflows: [register(trip, { ...ports, onTake: () => blocked })] });
    const vm = aVm();
    const job = await acceptJob(pool, jobs, jobs.prepare(trip, { vm }), vm);
    await until('begun', () => worker.running === 1);
    await worker.stop(50);
    aWorker();
    await reaches(job.id, 'succeeded');
    letGo();
  });
});

/** Counts statements; each is a commit. */
class CountingPool extends OwnerPool {
  statements = 0;

  override one: OwnerPool['one'] = (...asked) => {
    this.statements++;
    return super.one(...(asked as [string]));
  };

  override maybe: OwnerPool['maybe'] = (...asked) => {
    this.statements++;
    return super.maybe(...(asked as [string]));
  };

  override many: OwnerPool['many'] = (...asked) => {
    this.statements++;
    return super.many(...(asked as [string]));
  };
}

/** A clock whose timers never fire: a process that is stopped in the middle. */
function frozenClock(): NonNullable<WorkerOptions['clock']> {
  return {
    nowMs: () => 0,
    monotonicMs: () => 0,
    sleep: () => Promise.resolve(),
    after: () => () => undefined,
    every: () => () => undefined,
  };
}
