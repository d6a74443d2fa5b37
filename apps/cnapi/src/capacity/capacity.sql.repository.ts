export const counters = 'id, version, reserved_cpu_percent, reserved_memory_mib, reserved_disk_gib, reserved_instances';

/** Body of the feed's entry: whose instances there are more or fewer of on the server, and what is reserved there now. */
export function serverReservedBody(owner: string, change: string): string {
  return `jsonb_build_object('owner', ${owner}, 'change', ${change}, 'reserved', jsonb_build_object(
    'cpuPercent', reserved_cpu_percent, 'memoryMiB', reserved_memory_mib, 'diskGiB', reserved_disk_gib, 'instances', reserved_instances))`;
}

/**
 * $1 key, $2 instance, $3 owner, $4 server, $5 cpu, $6 memory, $7 disk, $8 instances to stay apart from, $9 whether the server was named,
 * $10 explanation. No row: the server is not up or has not the room. Never `version = seen`: a stale picture must not refuse what fits.
 */
export const commitSql = `
WITH changed AS (
  UPDATE cnapi.server
     SET reserved_cpu_percent = reserved_cpu_percent + $5, reserved_memory_mib = reserved_memory_mib + $6,
         reserved_disk_gib = reserved_disk_gib + $7, reserved_instances = reserved_instances + 1, version = version + 1, changed_at = now()
   WHERE id = $4 AND state = 'up' AND revoked_at IS NULL AND ($9 OR NOT is_reserved)
     AND reserved_cpu_percent + $5 <= sellable_cpu_percent AND reserved_memory_mib + $6 <= sellable_memory_mib
     AND reserved_disk_gib + $7 <= sellable_disk_gib AND reserved_instances + 1 <= sellable_instances
  RETURNING ${counters}
), held AS (
  INSERT INTO cnapi.reservation (key, state, vm, owner, server, cpu_percent, memory_mib, disk_gib, strictly_far, explanation)
  SELECT $1, 'held', $2, $3, id, $5, $6, $7, $8, $10 FROM changed
), apart AS (
  INSERT INTO cnapi.separation AS s (server, vm, here, kept_away)
  SELECT changed.id, x.vm, x.here, x.kept_away
    FROM changed, (SELECT $2::uuid AS vm, 1 AS here, 0 AS kept_away UNION ALL SELECT f, 0, 1 FROM unnest($8::uuid[]) f) x ORDER BY x.vm
  ON CONFLICT (server, vm) DO UPDATE SET here = s.here + excluded.here, kept_away = s.kept_away + excluded.kept_away
), told AS (
  INSERT INTO cnapi.outbox (subject, resource_id, version, body)
  SELECT 'server.reserved', id::text, version, ${serverReservedBody('$3::uuid', '1')} FROM changed
)
SELECT ${counters} FROM changed`;

/** What follows from the reservations in \`stone\`: counters down, separations loosened, the feed told. */
const giveBack = `
, sums AS (
  SELECT server, owner, sum(cpu_percent) AS cpu, sum(memory_mib) AS memory, sum(disk_gib) AS disk, sum(instances) AS n
    FROM stone WHERE server IS NOT NULL GROUP BY server, owner
), changed AS (
  UPDATE cnapi.server s
     SET reserved_cpu_percent = reserved_cpu_percent - g.cpu, reserved_memory_mib = reserved_memory_mib - g.memory,
         reserved_disk_gib = reserved_disk_gib - g.disk, reserved_instances = reserved_instances - g.n, version = version + 1, changed_at = now()
    FROM sums g WHERE s.id = g.server
  RETURNING s.id, s.version, s.reserved_cpu_percent, s.reserved_memory_mib, s.reserved_disk_gib, s.reserved_instances, g.owner, g.n
), loosened AS (
  UPDATE cnapi.separation s SET here = s.here - x.here, kept_away = s.kept_away - x.kept_away
    FROM (SELECT server, vm, sum(here) AS here, sum(kept_away) AS kept_away
            FROM (SELECT server, vm, 1 AS here, 0 AS kept_away FROM stone WHERE instances = 1 UNION ALL SELECT server, unnest(strictly_far), 0, 1 FROM stone) each
           GROUP BY server, vm) x
   WHERE s.server = x.server AND s.vm = x.vm
), told AS (
  INSERT INTO cnapi.outbox (subject, resource_id, version, body)
  SELECT 'server.reserved', id::text, version, ${serverReservedBody('owner', '-n')} FROM changed
)
SELECT * FROM changed`;

/** Releases key $1, known or not. A reserve of the same key that is under way is waited for: its row holds all that is needed. */
export const releaseSql = `
WITH stone AS (
  INSERT INTO cnapi.reservation AS r (key, state, released_at) VALUES ($1, 'released', now())
  ON CONFLICT (key) DO UPDATE SET state = 'released', released_at = now() WHERE r.state = 'held'
  RETURNING server, vm, owner, cpu_percent, memory_mib, disk_gib, instances, strictly_far
)${giveBack}`;

/** Releases all that instance $1 holds. */
export const releaseVmSql = `
WITH stone AS (
  UPDATE cnapi.reservation SET state = 'released', released_at = now() WHERE vm = $1 AND state = 'held'
  RETURNING server, vm, owner, cpu_percent, memory_mib, disk_gib, instances, strictly_far
)${giveBack}`;
