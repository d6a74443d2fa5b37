import { Inject, Injectable } from '@nestjs/common';
import { OwnerPool } from '@nereid/database';
import type { FinishedMinute } from '../windows/windows.service';

const perStatement = 500;
const perDelete = 10_000;

/** A minute as it is kept, for series `n` of the object. */
export interface MinuteRow {
  readonly start: number;
  readonly average: readonly (number | null)[];
}

/** The minutes that are kept. */
@Injectable()
export class MinutesRepository {
  constructor(@Inject(OwnerPool) private readonly db: OwnerPool) {}

  /** Keeps minutes; one that another process kept already stays as it is. */
  async insert(minutes: readonly FinishedMinute[]): Promise<void> {
    for (let at = 0; at < minutes.length; at += perStatement) {
      const rows = minutes.slice(at, at + perStatement).map(({ object, start, average, highest }) => ({
        object,
        minute: new Date(start * 1_000).toISOString(),
        average,
        highest,
      }));
      await this.db.exec(
        `INSERT INTO analytics.minute (object, minute, average, highest)
         SELECT object, minute, average, highest
           FROM jsonb_to_recordset($1::jsonb) AS r (object uuid, minute timestamptz, average real[], highest real[])
         ON CONFLICT DO NOTHING`,
        [JSON.stringify(rows)],
      );
    }
  }

  /** Minutes of an object from `start`, s since 1970, the oldest first. */
  read(object: string, start: number, minutes: number): Promise<MinuteRow[]> {
    return this.db.many(
      `SELECT extract(epoch FROM minute)::bigint AS start, average FROM analytics.minute
        WHERE object = $1 AND minute >= to_timestamp($2) AND minute < to_timestamp($2 + $3 * 60) ORDER BY minute`,
      [object, start, minutes],
      (row) => ({ start: row.start as number, average: row.average as (number | null)[] }),
    );
  }

  /** Forgets a part of what is older. Answers whether there may be more. */
  async forget(days: number): Promise<boolean> {
    const gone = await this.db.exec(
      `DELETE FROM analytics.minute WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM analytics.minute WHERE minute < now() - $1 * interval '1 day' LIMIT ${perDelete}))`,
      [days],
    );
    return gone === perDelete;
  }
}
