import { readFileSync } from 'node:fs';
import { ServiceError } from '@nereid/contracts';
import { SystemClock, SystemRandom, type Clock, type Random } from '@nereid/ports';
import { Pool, type PoolClient, type PoolConfig, types as pgTypes } from 'pg';
import { z } from 'zod';
import { roleOf, type SchemaOwner } from './owners';
import { isRetryableConflict, isUnavailable, isUnstorableText } from './sql-errors';
import { statementFacts } from './statement-names';

/** Where an owner's database is; part of each service's configuration. */
export const DatabaseConfig = z.strictObject({
  host: z.string(),
  port: z.coerce.number().int().min(1).max(65_535),
  database: z.string(),
  /** The owner's role unless told. */
  user: z.string().optional(),
  passwordFile: z.string().optional(),
  poolSize: z.coerce.number().int().min(1).max(100).default(4),
});
export type DatabaseConfig = z.infer<typeof DatabaseConfig>;

/** A row as the server answers it: int8 as number, timestamptz as Date, numeric as string, json parsed. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Row = Record<string, any>;
export type RowMapper<T> = (row: Row) => T;

/** Statements, either each its own transaction (the pool) or together (what {@link OwnerPool.transaction} hands out). */
export interface Sql {
  /** The only row. @throws Error when there is none or more than one. */
  one<T = Row>(sql: string, params?: readonly unknown[], mapper?: RowMapper<T>): Promise<T>;
  /** The only row, or undefined. @throws Error when there is more than one. */
  maybe<T = Row>(sql: string, params?: readonly unknown[], mapper?: RowMapper<T>): Promise<T | undefined>;
  many<T = Row>(sql: string, params?: readonly unknown[], mapper?: RowMapper<T>): Promise<T[]>;
  /** How many rows were written (or read). */
  exec(sql: string, params?: readonly unknown[]): Promise<number>;
}

export interface OwnerPoolOptions extends DatabaseConfig {
  readonly password?: string;
  readonly clock?: Clock;
  readonly random?: Random;
}

const attempts = 6;

/**
 * The connections of one owner. Every service gets the pool of its own role and nothing else.
 *
 * Statements are prepared on first use. Deadlocks and serialization failures are tried again (6 times with growing, random
 * pauses), so what is passed to {@link transaction} must be safe to repeat. An unreachable server is `ServiceUnavailable`, a text that cannot be
 * kept `InvalidArgument`.
 */
export class OwnerPool implements Sql {
  readonly #pool: Pool;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #committed = new Set<() => void>();

  constructor(
    readonly owner: SchemaOwner,
    options: OwnerPoolOptions,
  ) {
    this.#clock = options.clock ?? new SystemClock();
    this.#random = options.random ?? new SystemRandom();
    this.#pool = new Pool(poolConfig(owner, options));
    // A connection that breaks, idle or lent out, is replaced at the next use; without listeners it would end the process.
    this.#pool.on('error', () => undefined);
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
  }

  one<T = Row>(sql: string, params: readonly unknown[] = [], mapper?: RowMapper<T>): Promise<T> {
    return this.#autocommit(sql, params).then(({ rows }) => onlyRow(sql, rows, mapper));
  }

  maybe<T = Row>(sql: string, params: readonly unknown[] = [], mapper?: RowMapper<T>): Promise<T | undefined> {
    return this.#autocommit(sql, params).then(({ rows }) => (rows.length === 0 ? undefined : onlyRow(sql, rows, mapper)));
  }

  many<T = Row>(sql: string, params: readonly unknown[] = [], mapper?: RowMapper<T>): Promise<T[]> {
    return this.#autocommit(sql, params).then(({ rows }) => mapped(rows, mapper));
  }

  exec(sql: string, params: readonly unknown[] = []): Promise<number> {
    return this.#autocommit(sql, params).then(({ written }) => written);
  }

  /**
   * Runs `work` in one transaction; commits when it resolves, rolls back when it throws. May run `work` again after a conflict.
   * Nothing but statements belongs in it: a transaction idle for 5 s is ended by the server.
   */
  transaction<T>(work: (tx: Sql) => Promise<T>, options: { isolation?: 'repeatable read' | 'serializable' } = {}): Promise<T> {
    return this.#retrying(async () => {
      const client = await this.#pool.connect();
      const tx = new Transaction(client);
      let broken: Error | undefined;
      try {
        await client.query(options.isolation ? `BEGIN ISOLATION LEVEL ${options.isolation}` : 'BEGIN');
        const result = await work(tx);
        await client.query('COMMIT');
        if (tx.feedsRelay) this.#announce();
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch((e: unknown) => (broken = e as Error));
        throw error;
      } finally {
        client.release(broken);
      }
    });
  }

  /**
   * A connection for as long as the caller wants it: session locks, the relay. Counts towards `poolSize`.
   * The caller releases it, with `true` when the session's state must not be used again.
   */
  async connection(): Promise<{ sql: Sql; closed: Promise<void>; release(discard?: boolean): void }> {
    const client = await this.#retrying(() => this.#pool.connect());
    const closed = new Promise<void>((resolve) => {
      client.once('end', resolve);
      client.once('error', () => resolve());
    });
    return { sql: new Transaction(client), closed, release: (discard) => client.release(discard) };
  }

  /** Calls `listener` after each commit of this process that wrote to the outbox or the audit. The answer stops it. */
  onOutboxCommit(listener: () => void): () => void {
    this.#committed.add(listener);
    return () => this.#committed.delete(listener);
  }

  /** Closes all connections once their work is done. */
  end(): Promise<void> {
    return this.#pool.end();
  }

  get inUse(): { total: number; idle: number; waiting: number } {
    return { total: this.#pool.totalCount, idle: this.#pool.idleCount, waiting: this.#pool.waitingCount };
  }

  async #autocommit(sql: string, params: readonly unknown[]): Promise<Rows> {
    const { name, feedsRelay } = statementFacts(sql);
    const answer = await this.#retrying(() => this.#pool.query({ name, text: sql, values: params as unknown[] }));
    if (feedsRelay) this.#announce();
    return toRows(answer);
  }

  async #retrying<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (!isRetryableConflict(error) || attempt === attempts) throw asServiceError(error);
        await this.#clock.sleep(2 ** attempt * (0.5 + this.#random.fraction()));
      }
    }
  }

  #announce(): void {
    for (const listener of this.#committed) listener();
  }
}

interface Rows {
  readonly rows: Row[];
  readonly written: number;
}

function toRows(answer: { rows: unknown[]; rowCount: number | null }): Rows {
  return { rows: answer.rows as Row[], written: answer.rowCount ?? answer.rows.length };
}

function mapped<T>(rows: Row[], mapper?: RowMapper<T>): T[] {
  return mapper ? rows.map(mapper) : (rows as unknown[] as T[]);
}

class Transaction implements Sql {
  feedsRelay = false;

  constructor(private readonly client: PoolClient) {}

  async one<T = Row>(sql: string, params: readonly unknown[] = [], mapper?: RowMapper<T>): Promise<T> {
    return onlyRow(sql, (await this.#query(sql, params)).rows, mapper);
  }

  async maybe<T = Row>(sql: string, params: readonly unknown[] = [], mapper?: RowMapper<T>): Promise<T | undefined> {
    const { rows } = await this.#query(sql, params);
    return rows.length === 0 ? undefined : onlyRow(sql, rows, mapper);
  }

  async many<T = Row>(sql: string, params: readonly unknown[] = [], mapper?: RowMapper<T>): Promise<T[]> {
    return mapped((await this.#query(sql, params)).rows, mapper);
  }

  async exec(sql: string, params: readonly unknown[] = []): Promise<number> {
    return (await this.#query(sql, params)).written;
  }

  async #query(sql: string, params: readonly unknown[]): Promise<Rows> {
    const { name, feedsRelay } = statementFacts(sql);
    this.feedsRelay ||= feedsRelay;
    return toRows(await this.client.query({ name, text: sql, values: params as unknown[] }));
  }
}

function onlyRow<T>(sql: string, rows: Row[], mapper?: RowMapper<T>): T {
  const [row, second] = rows;
  if (!row) throw new Error(`no row from: ${sql.trim().slice(0, 200)}`);
  if (second) throw new Error(`more than one row from: ${sql.trim().slice(0, 200)}`);
  return mapper ? mapper(row) : (row as T);
}

function asServiceError(error: unknown): unknown {
  if (error instanceof ServiceError) return error;
  if (isUnstorableText(error)) {
    const why = 'A text has a character that cannot be kept: U+0000, or half of a surrogate pair. Leave it out.';
    return new ServiceError('InvalidArgument', why, { cause: error });
  }
  if (!isUnavailable(error)) return error;
  return new ServiceError('ServiceUnavailable', 'The database cannot be reached right now; try again shortly.', { cause: error });
}

const int8 = 20;

function poolConfig(owner: SchemaOwner, options: OwnerPoolOptions): PoolConfig {
  const password = options.password ?? (options.passwordFile && readFileSync(options.passwordFile, 'utf8').trim());
  return {
    host: options.host,
    port: options.port,
    database: options.database,
    user: options.user ?? roleOf(owner),
    ...(password && { password }),
    max: options.poolSize ?? 4,
    application_name: `nereid-${owner}`,
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: 5_000,
    // A writer that stalls inside a transaction would hold back the feed of everybody: see outbox/relay.ts.
    idle_in_transaction_session_timeout: 5_000,
    statement_timeout: 5_000,
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === int8 ? (parseInt8 as never) : (pgTypes.getTypeParser(oid, format) as never),
    },
  };
}

function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`int8 beyond what a number holds: ${text}`);
  return value;
}
