import { ServiceError, type StepKey } from '@nereid/contracts';
import type { Sql } from './owner-pool';
import type { SchemaOwner } from './owners';

/**
 * Reserves once per step of a job, inside the caller's transaction, whatever is repeated or comes late.
 *
 * `act` makes the reservation in the same transaction and answers what the step is told; a repeat is told the same without
 * acting. The key is taken before acting, so that two calls at once take turns on it.
 * @throws Fenced the key was released already: the job is being undone and must not get anything any more
 */
export async function reserveOnce<Reply>(tx: Sql, owner: SchemaOwner, key: StepKey, act: () => Promise<Reply>): Promise<Reply> {
  const isNew = await tx.exec(`INSERT INTO ${owner}.step_key (key, state) VALUES ($1, 'reserved') ON CONFLICT (key) DO NOTHING`, [key]);
  if (isNew === 0) {
    const known = await tx.one(`SELECT state, reply FROM ${owner}.step_key WHERE key = $1`, [key]);
    if (known.state === 'released') throw fenced(key);
    return known.reply as Reply;
  }
  const reply = await act();
  await tx.exec(`UPDATE ${owner}.step_key SET reply = $2 WHERE key = $1`, [key, JSON.stringify(reply ?? null)]);
  return reply;
}

/**
 * Releases what a step reserved, inside the caller's transaction, and leaves a tombstone, also when nothing was reserved yet.
 * `undo` is called with the reservation's reply when there is something to give back, and not at a repeat.
 */
export async function releaseOnce<Reply>(
  tx: Sql,
  owner: SchemaOwner,
  key: StepKey,
  undo: (reply: Reply) => Promise<void>,
): Promise<{ wasReserved: boolean }> {
  // Waits for a reserve that is under way: it holds the key until it commits.
  const before = await tx.maybe(
    `INSERT INTO ${owner}.step_key AS k (key, state) VALUES ($1, 'released')
     ON CONFLICT (key) DO UPDATE SET state = 'released', at = now() WHERE k.state = 'reserved'
     RETURNING reply, (xmax <> 0) AS was_reserved`,
    [key],
  );
  if (!before?.was_reserved) return { wasReserved: false };
  await undo(before.reply as Reply);
  return { wasReserved: true };
}

function fenced(key: StepKey): ServiceError {
  return new ServiceError('Fenced', 'This step of the job has been undone; nothing was reserved.', { context: { key } });
}
