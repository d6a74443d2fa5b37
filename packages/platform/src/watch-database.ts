import type { OwnerPool } from '@nereid/database';
import type { Clock } from '@nereid/ports';
import type { CheckResult, Health } from './health';
import type { Metrics } from './metrics';

const everyMs = 5_000;

/** Keeps what `/health` says of a database up to date with one cheap statement every 5 s, and counts its connections and commits. */
export function watchDatabase(pool: OwnerPool, app: string, to: { health: Health; metrics: Metrics; clock: Clock }): () => void {
  let last: CheckResult = { ok: true, detail: 'not looked yet' };
  let looking = false;
  const look = (): void => {
    if (looking) return;
    looking = true;
    pool
      .exec('SELECT 1')
      .then(
        () => (last = { ok: true }),
        (err: unknown) => (last = { ok: false, detail: err instanceof Error ? err.message : String(err) }),
      )
      .finally(() => (looking = false));
  };
  look();
  to.health.register(app, 'database', () => last);
  to.metrics.watchPool(pool.owner, () => pool.inUse);
  const stops = [to.clock.every(everyMs, look), pool.onOutboxCommit(() => to.metrics.countCommit(pool.owner))];
  return () => stops.forEach((stop) => stop());
}
