import { connectBus, type Bus } from '@nereid/bus';
import { RequestId, ServerId, VmId, taskFinished, taskRun, type JobId, type TaskId, type TaskOutcome } from '@nereid/contracts';
import { OwnerPool } from '@nereid/database';
import { until } from '@nereid/ports/until';
import { freshDatabase, ownNats, ownRedis, type FreshDatabase, type OwnServer } from '@nereid/testkit';
import { Jobs, WakeQueue, WorkflowWorker, register, type NodeTaskSender } from '.';
import { acceptJob, ids, trip } from './trip.fixture-spec';

const server = ServerId.parse(ids.random());
const caller = { kind: 'service' as const, service: 'vmapi', requestId: RequestId.parse(ids.random()) };
const log = { info: () => undefined, warn: () => undefined, error: () => undefined, debug: () => undefined };

/** A node with a journal: acts once per task, says what came of it until that is acknowledged. */
class JournalNode {
  readonly acted = new Map<string, number>();
  readonly #journal = new Map<TaskId, TaskOutcome>();
  readonly #unacknowledged = new Set<TaskId>();
  #isStopped = false;

  constructor(private readonly bus: Bus) {
    bus.serveNode(taskRun, server, async ({ taskId, kind, spec }) => {
      const known = this.#journal.get(taskId);
      if (known) return known;
      const vm = (spec as { instance?: { id: string }; id?: string }).instance?.id ?? (spec as { id: string }).id;
      this.acted.set(`${kind} ${vm}`, (this.acted.get(`${kind} ${vm}`) ?? 0) + 1);
      const outcome: TaskOutcome = { state: 'done', result: { times: this.acted.get(`${kind} ${vm}`) } };
      this.#journal.set(taskId, outcome);
      if (Math.random() < 0.5) return outcome;
      this.#unacknowledged.add(taskId);
      return { state: 'accepted' as const };
    });
    void this.#sayUntilHeard();
  }

  stop(): void {
    this.#isStopped = true;
  }

  async #sayUntilHeard(): Promise<void> {
    while (!this.#isStopped) {
      await new Promise((resolve) => setTimeout(resolve, 30));
      for (const taskId of this.#unacknowledged) {
        const heard = await this.bus.report(taskFinished, server, { taskId, outcome: this.#journal.get(taskId)! }).catch(() => undefined);
        if (heard) this.#unacknowledged.delete(taskId);
      }
    }
  }
}

describe('NATS and Redis are disposable', () => {
  let database: FreshDatabase;
  let redis: OwnServer;
  let nats: OwnServer;
  const pools: OwnerPool[] = [];
  beforeAll(async () => {
    [database, redis, nats] = await Promise.all([freshDatabase(), ownRedis(), ownNats()]);
  });
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()));
    await Promise.all([database.drop(), redis.stop(), nats.stop()]);
  });
  const poolOf = (owner: 'vmapi' | 'napi'): OwnerPool => {
    const pool = new OwnerPool(owner, { ...database, poolSize: 8 });
    pools.push(pool);
    return pool;
  };

  it('finishes 200 runs, each once, though Redis is wiped and NATS restarted in the middle of them', async () => {
    const pool = poolOf('vmapi');
    const napi = poolOf('napi');
    const connect = (name: string): Promise<Bus> => connectBus({ name, servers: [`127.0.0.1:${nats.port}`], log });
    const [serviceBus, nodeBus] = await Promise.all([connect('vmapi'), connect('node')]);
    const node = new JournalNode(nodeBus);
    const nodes: NodeTaskSender = { send: (to, request) => serviceBus.callNode(taskRun, to, request, caller) };
    const closed = new Map<string, number>();
    const ports = { napi, server, onClose: (vm: VmId) => void closed.set(vm, (closed.get(vm) ?? 0) + 1) };

    // Two workers in no process of the acceptor's: every wake-up goes through Redis.
    const queues = [1, 2].map(() => new WakeQueue(redis.url));
    const workers = queues.map((queue) => {
      const worker = new WorkflowWorker({ pool, nodes, workflows: [register(trip, ports)], slots: 16 });
      worker.start();
      queue.consume((run) => worker.wake(run), 16);
      return worker;
    });
    const jobs = new Jobs(pool, undefined, queues[0]);
    serviceBus.onReport(taskFinished, async (_, { taskId, outcome }) => {
      await jobs.recordTaskResult(taskId, outcome);
      return { recorded: true as const };
    });
    await Promise.all([serviceBus.flush(), nodeBus.flush()]);

    const all: { id: JobId; vm: VmId }[] = [];
    for (let i = 0; i < 200; i++) {
      const vm = VmId.parse(ids.random());
      all.push({ vm, id: (await acceptJob(pool, jobs, jobs.prepare(trip, { vm }), vm)).id });
      if (i === 60) await redis.kill(); // comes back with nothing
      if (i === 80) await nats.kill();
      if (i === 120) await nats.start();
      if (i === 140) await redis.start();
    }
    await until('all ended', async () => (await pool.one(`SELECT count(*) AS n FROM vmapi.job WHERE ended_at IS NULL`)).n === 0, 90_000);

    expect(await pool.many('SELECT state, count(*) AS n FROM vmapi.job GROUP BY state')).toEqual([{ state: 'succeeded', n: 200 }]);
    expect(await napi.one(`SELECT count(*) AS n FROM napi.step_key WHERE state = 'reserved'`)).toEqual({ n: 200 });
    for (const { vm } of all) expect([vm, node.acted.get(`instance.ensure ${vm}`), closed.get(vm)]).toEqual([vm, 1, 1]);
    node.stop();
    await Promise.all(workers.map((worker) => worker.stop()));
    await Promise.all(queues.map((queue) => queue.close()));
    await Promise.all([serviceBus.close(), nodeBus.close()]);
  });

  it('wakes through Redis at once, also twice and while the run is active', async () => {
    const pool = poolOf('vmapi');
    const queue = new WakeQueue(redis.url);
    let letGo = (): void => undefined;
    const blocked = new Promise<void>((resolve) => (letGo = resolve));
    const nodes: NodeTaskSender = { send: async () => ({ state: 'accepted' }) };
    const ports = { napi: poolOf('napi'), server, onTake: () => blocked };
    const worker = new WorkflowWorker({ pool, nodes, workflows: [register(trip, ports)], sweepEveryMs: 3_600_000 });
    worker.start();
    queue.consume((run) => worker.wake(run), 8);
    const jobs = new Jobs(pool, undefined, queue);
    const vm = VmId.parse(ids.random());
    await until('Redis is there', () => queue.isReady);
    const job = await acceptJob(pool, jobs, jobs.prepare(trip, { vm }), vm);
    await until('begun', () => worker.running === 1);
    jobs.wake(job.id);
    jobs.wake(job.id);
    letGo();
    await until('waiting', async () => (await jobs.get(job.id)).state === 'waiting');
    await jobs.recordTaskResult(`${job.id}/boot/do` as TaskId, { state: 'done', result: { times: 1 } });
    await until('done', async () => (await jobs.get(job.id)).state === 'succeeded');
    await worker.stop();
    await queue.close();
  });
});
