import type { FeedBatch, FeedEntry } from '@nereid/contracts';
import { SystemClock } from '@nereid/ports';
import { until } from '@nereid/ports/until';
import { freshDatabase, type FreshDatabase } from '@nereid/testkit';
import { Client } from 'pg';
import { OwnerPool } from '../owner-pool';
import { findBrokenSeal } from './audit-seal';
import { readFeedPage } from './feed.repository';
import { Relay, type RelayOptions } from './relay';

const insert = `INSERT INTO vmapi.outbox (subject, resource_id, version, body) VALUES ('vm.changed', $1, $2, $3)`;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * No timer ever rings: who pauses with one goes on only when woken. Sleeps stay as they are, since those do not wait for work: the
 * relay gathers a batch in them, and waits for a transaction that holds rows back, which may be one of another database of this
 * PostgreSQL (the making of one, for instance).
 */
class ClockWithoutTimers extends SystemClock {
  readonly sleptMs: number[] = [];

  override after(): () => void {
    return () => undefined;
  }

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.sleptMs.push(ms);
    return super.sleep(ms, signal);
  }
}

/** Follows a feed as a service does: applies what comes in order, reads the rest after a gap. */
class Follower {
  readonly seen: FeedEntry[] = [];
  #work = Promise.resolve();

  constructor(private readonly pool: OwnerPool) {}

  take = (batch: FeedBatch): void => {
    this.#work = this.#work.then(async () => {
      for (const entry of batch.entries) if (entry.seq === this.#next) this.seen.push(entry);
      while (this.#next <= batch.head) this.seen.push(...(await readFeedPage(this.pool, this.#next - 1, 500)).entries);
    });
  };

  get #next(): number {
    return (this.seen.at(-1)?.seq ?? 0) + 1;
  }
}

describe('Relay', () => {
  let database: FreshDatabase;
  let pool: OwnerPool;
  /** Ended after each test, before the connections that they hold are waited for. */
  const ends: (() => Promise<void>)[] = [];
  beforeEach(async () => {
    database = await freshDatabase();
    pool = new OwnerPool('vmapi', { ...database, poolSize: 16 });
  });
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
    await pool.end();
    await database.drop();
  });

  function startRelay(publish: ConstructorParameters<typeof Relay>[1], options?: RelayOptions): Relay {
    const relay = new Relay(pool, publish, options);
    ends.push(() => relay.stop());
    relay.start();
    return relay;
  }

  async function asAdministrator(sql: string): Promise<void> {
    const client = new Client({ connectionString: database.url() });
    await client.connect();
    await client.query(sql);
    await client.end();
  }

  it('delivers every commit of 12 racing writers once and in order', async () => {
    const follower = new Follower(pool);
    const relay = startRelay(follower.take);
    const writers = 12;
    const each = 40;
    let aborted = 0;
    await Promise.all(
      Array.from({ length: writers }, async (_, writer) => {
        let version = 0;
        while (version < each) {
          // Versions of one object go up with its commits; some transactions are long, some give up in the end.
          const next = version + 1;
          const pauseMs = Math.random() < 0.15 ? 40 + Math.random() * 120 : Math.random() * 4;
          const willAbort = Math.random() < 0.1;
          await pool
            .transaction(async (tx) => {
              await tx.exec(insert, [`vm-${writer}`, next, { writer }]);
              await sleep(pauseMs);
              if (willAbort) throw new Error('gave up');
            })
            .then(
              () => (version = next),
              () => aborted++,
            );
          await sleep(Math.random() * 5);
        }
      }),
    );
    await until('all delivered', () => follower.seen.length >= writers * each);
    await relay.stop();
    expect(aborted).toBeGreaterThan(0);
    expect(follower.seen.map((e) => e.seq)).toEqual(Array.from({ length: writers * each }, (_, i) => i + 1));
    for (let writer = 0; writer < writers; writer++) {
      const versions = follower.seen.filter((e) => e.resourceId === `vm-${writer}`).map((e) => e.version);
      expect(versions).toEqual(Array.from({ length: each }, (_, i) => i + 1));
    }
  });

  it('delivers at once after a commit of its process, without waiting for its timer', async () => {
    const arrived: FeedEntry[] = [];
    const relay = startRelay(({ entries }) => void arrived.push(...entries), { clock: new ClockWithoutTimers() });
    await until('leading', () => relay.isLeading);
    for (let version = 1; version <= 10; version++) {
      await pool.exec(insert, ['vm', version, {}]);
      await until('delivered', () => arrived.length === version);
    }
  });

  it('delivers rows that a transaction of another database held back, though nobody wakes it when that one ends', async () => {
    const other = await freshDatabase();
    ends.push(() => other.drop());
    const holder = new Client({ connectionString: other.url() });
    await holder.connect();
    ends.push(() => holder.end());
    const arrived: FeedEntry[] = [];
    const clock = new ClockWithoutTimers();
    await holder.query('BEGIN');
    await holder.query('SELECT pg_current_xact_id()'); // from now on its number is the oldest that runs
    const relay = startRelay(({ entries }) => void arrived.push(...entries), { clock });
    await until('leading', () => relay.isLeading);
    await pool.exec(insert, ['vm', 1, {}]);
    await until('looked more than once, less often each time', () => clock.sleptMs.some((ms) => ms >= 400));
    expect(arrived).toEqual([]);
    await holder.query('COMMIT');
    await until('delivered', () => arrived.length === 1);
  });

  it('loses nothing when relays are killed between the commit of the numbers and the publishing', async () => {
    const follower = new Follower(pool);
    const total = 300;
    let killed = 0;
    // Each relay has connections of its own, cut off by the server at a random batch, which is then not published.
    const startOwnRelay = (): (() => Promise<void>) => {
      const own = new OwnerPool('vmapi', { ...database, poolSize: 2 });
      const relay = new Relay(own, async (batch) => {
        if (batch.entries.length > 0 && killed < 8 && (killed === 0 || Math.random() < 0.5)) {
          killed++;
          await asAdministrator(
            `SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database d ON d.oid = database
              WHERE locktype = 'advisory' AND granted AND datname = current_database()`,
          );
          throw new Error('killed before publishing');
        }
        follower.take(batch);
      });
      relay.start();
      const end = (): Promise<void> => relay.stop().then(() => own.end());
      ends.push(end);
      return end;
    };
    const relays = [startOwnRelay(), startOwnRelay()];
    for (let i = 1; i <= total; i++) {
      await pool.exec(insert, [`vm-${i}`, 1, {}]);
      await sleep(Math.random() * 20);
    }
    await until('all delivered', () => follower.seen.length >= total);
    await Promise.all(relays.map((end) => end()));
    ends.length = 0;
    expect(killed).toBeGreaterThan(0);
    expect(follower.seen.map((e) => e.resourceId)).toEqual(Array.from({ length: total }, (_, i) => `vm-${i + 1}`));
  });

  it('answers resync for what is no longer kept and for a subscriber from the future', async () => {
    const relay = startRelay(() => undefined);
    for (let i = 1; i <= 5; i++) await pool.exec(insert, ['vm', i, {}]);
    await until('numbered', async () => (await readFeedPage(pool, 0, 10)).head === 5);
    await relay.stop();
    expect(await readFeedPage(pool, 2, 10)).toMatchObject({ head: 5, resync: false, entries: [{ seq: 3 }, { seq: 4 }, { seq: 5 }] });
    await pool.exec('DELETE FROM vmapi.feed WHERE seq <= 3');
    expect(await readFeedPage(pool, 2, 10)).toEqual({ head: 5, resync: true, entries: [] });
    expect(await readFeedPage(pool, 3, 10)).toMatchObject({ resync: false });
    expect(await readFeedPage(pool, 9, 10)).toMatchObject({ resync: true });
  });

  it('seals the audit so that a changed row is found', async () => {
    const relay = startRelay(() => undefined);
    const audit = `INSERT INTO vmapi.audit (caller, action, resource, resource_id, outcome) VALUES ('{}', 'vm.create', 'vm', $1, 'accepted')`;
    for (let i = 0; i < 20; i++) await pool.exec(audit, [`vm-${i}`]);
    await until('sealed', async () => (await pool.one('SELECT count(*) AS n FROM vmapi.audit_seal')).n === 20);
    await relay.stop();
    expect(await findBrokenSeal(pool, 'vmapi')).toBeUndefined();
    await asAdministrator(`UPDATE vmapi.audit SET action = 'vm.delete' WHERE resource_id = 'vm-7'`);
    expect(await findBrokenSeal(pool, 'vmapi')).toMatchObject({ seq: 8 });
  });
});
