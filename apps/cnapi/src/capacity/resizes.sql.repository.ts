import { counters, serverReservedBody } from './capacity.sql.repository';

const told = `
, told AS (
  INSERT INTO cnapi.outbox (subject, resource_id, version, body)
  SELECT 'server.reserved', id::text, version, ${serverReservedBody('owner', '0')} FROM changed
)
SELECT ${counters} FROM changed`;

const sums = 'sum(cpu_percent)::bigint AS cpu, sum(memory_mib)::bigint AS memory, sum(disk_gib)::bigint AS disk';

/**
 * $1 key, $2 instance, $3 server, $4 cpu, $5 memory, $6 disk that it is to have in all. Holds what that is more than what it holds there.
 * No row: it holds nothing there, or the server has not the room. Whether the server is up or reserved by operators does not matter:
 * nothing is placed.
 */
export const reserveMoreSql = `
WITH more AS (
  SELECT owner, greatest(0, $4::bigint - cpu) AS cpu, greatest(0, $5::bigint - memory) AS memory, greatest(0, $6::bigint - disk) AS disk
    FROM (SELECT owner, ${sums} FROM cnapi.reservation WHERE vm = $2::uuid AND server = $3::uuid AND state = 'held' GROUP BY owner) h
), changed AS (
  UPDATE cnapi.server s
     SET reserved_cpu_percent = reserved_cpu_percent + m.cpu, reserved_memory_mib = reserved_memory_mib + m.memory,
         reserved_disk_gib = reserved_disk_gib + m.disk, version = version + 1, changed_at = now()
    FROM more m
   WHERE s.id = $3::uuid
     AND reserved_cpu_percent + m.cpu <= sellable_cpu_percent AND reserved_memory_mib + m.memory <= sellable_memory_mib
     AND reserved_disk_gib + m.disk <= sellable_disk_gib
  RETURNING ${counters}, m.owner, m.cpu, m.memory, m.disk
), held AS (
  INSERT INTO cnapi.reservation (key, state, vm, owner, server, cpu_percent, memory_mib, disk_gib, instances)
  SELECT $1, 'held', $2::uuid, owner, id, cpu, memory, disk, 0 FROM changed
)${told}`;

/**
 * $1 key, $2 instance, $3 server, $4 cpu, $5 memory, $6 disk. One reservation under the key in place of all that the instance holds there.
 * The separations stay: it stood there and stands there. No row: the key is known, or it holds nothing there.
 */
export const settleSql = `
WITH old AS (
  UPDATE cnapi.reservation SET state = 'released', released_at = now(), replaced_by = $1
   WHERE vm = $2::uuid AND server = $3::uuid AND state = 'held'
     AND NOT EXISTS (SELECT FROM cnapi.reservation WHERE key = $1)
     AND EXISTS (SELECT FROM cnapi.reservation WHERE vm = $2::uuid AND server = $3::uuid AND state = 'held' AND instances = 1)
  RETURNING owner, cpu_percent, memory_mib, disk_gib, instances, strictly_far, explanation
), whole AS (
  SELECT owner, ${sums} FROM old GROUP BY owner
), held AS (
  INSERT INTO cnapi.reservation (key, state, vm, owner, server, cpu_percent, memory_mib, disk_gib, strictly_far, explanation)
  SELECT $1, 'held', $2::uuid, owner, $3::uuid, $4::bigint, $5::bigint, $6::bigint, strictly_far, explanation FROM old WHERE instances = 1
), changed AS (
  UPDATE cnapi.server s
     SET reserved_cpu_percent = reserved_cpu_percent - w.cpu + $4::bigint, reserved_memory_mib = reserved_memory_mib - w.memory + $5::bigint,
         reserved_disk_gib = reserved_disk_gib - w.disk + $6::bigint, version = version + 1, changed_at = now()
    FROM whole w WHERE s.id = $3::uuid
  RETURNING ${counters}, w.owner
)${told}`;

/**
 * Fences key $1, known or not, and brings back what it took the place of. Refused by \`server_never_oversold\` when what was given back has
 * gone to somebody else, and then nothing is written.
 */
export const unsettleSql = `
WITH stone AS (
  INSERT INTO cnapi.reservation AS r (key, state, released_at) VALUES ($1, 'released', now())
  ON CONFLICT (key) DO UPDATE SET state = 'released', released_at = now() WHERE r.state = 'held'
  RETURNING server, cpu_percent, memory_mib, disk_gib
), old AS (
  UPDATE cnapi.reservation SET state = 'held', released_at = NULL, replaced_by = NULL
   WHERE replaced_by = $1 AND EXISTS (SELECT FROM stone WHERE server IS NOT NULL)
  RETURNING owner, cpu_percent, memory_mib, disk_gib
), whole AS (
  SELECT owner, ${sums} FROM old GROUP BY owner
), changed AS (
  UPDATE cnapi.server s
     SET reserved_cpu_percent = reserved_cpu_percent - t.cpu_percent + w.cpu, reserved_memory_mib = reserved_memory_mib - t.memory_mib + w.memory,
         reserved_disk_gib = reserved_disk_gib - t.disk_gib + w.disk, version = version + 1, changed_at = now()
    FROM stone t, whole w WHERE s.id = t.server
  RETURNING ${counters}, w.owner
)${told}`;
