import type { JobId } from '@nereid/contracts';
import { Queue, Worker } from 'bullmq';
import Redis from 'ioredis';

/**
 * Wake-ups through Redis, so that any worker process may take a run at once. Nothing depends on them: what is lost here the sweeper
 * finds. They carry the run's id and no more, and have no id of their own, since BullMQ drops an add whose id is in use.
 */
export class WakeQueue {
  readonly #connection: Redis;
  readonly #queue: Queue;
  #worker: Worker | undefined;
  #workerConnection: Redis | undefined;
  #failures = 0;

  constructor(
    private readonly url: string,
    private readonly name = 'nereid-runs',
  ) {
    this.#connection = connect(url, { enableOfflineQueue: false, maxRetriesPerRequest: 1 });
    this.#queue = new Queue(name, {
      connection: this.#connection,
      skipVersionCheck: true,
      defaultJobOptions: { removeOnComplete: true, removeOnFail: true, attempts: 1 },
    });
    this.#queue.on('error', () => this.#failures++);
  }

  /** Wake-ups that could not be handed over; a figure for /metrics. */
  get failures(): number {
    return this.#failures;
  }

  /** Whether wake-ups get through at the moment. */
  get isReady(): boolean {
    return this.#connection.status === 'ready';
  }

  /** Wakes any worker for a run. Never waits and never fails. */
  add(run: JobId): void {
    // Adds made while Redis is away would pile up in memory and come all at once.
    if (!this.isReady) {
      this.#failures++;
      return;
    }
    this.#queue.add('run', { run }).catch(() => this.#failures++);
  }

  /** Hands wake-ups to `handle`, up to `concurrency` at a time. */
  consume(handle: (run: JobId) => Promise<void>, concurrency: number): void {
    this.#workerConnection = connect(this.url, { maxRetriesPerRequest: null });
    this.#worker = new Worker(this.name, (job) => handle((job.data as { run: JobId }).run), {
      connection: this.#workerConnection,
      concurrency,
      skipVersionCheck: true,
    });
    this.#worker.on('error', () => this.#failures++);
  }

  async close(): Promise<void> {
    // Without Redis a polite farewell would wait for it for ever.
    const { isReady } = this;
    await this.#worker?.close(!isReady).catch(() => undefined);
    await this.#queue.close().catch(() => undefined);
    this.#workerConnection?.disconnect();
    this.#connection.disconnect();
  }
}

function connect(url: string, options: { enableOfflineQueue?: boolean; maxRetriesPerRequest: number | null }): Redis {
  const redis = new Redis(url, { ...options, retryStrategy: (times) => Math.min(times * 100, 2_000) });
  redis.on('error', () => undefined); // BullMQ counts what matters
  return redis;
}
