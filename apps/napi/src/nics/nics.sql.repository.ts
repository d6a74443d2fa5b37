import { nicColumns } from './nics.mapper';

/**
 * Takes addresses, makes NICs and notes the key. $1 key, $2 instance, $3 owner, $4 JSON of the NICs wanted.
 *
 * Each network's free addresses are locked with SKIP LOCKED, so that racing clients spread over different rows instead of queueing. What
 * fewer rows than wanted means is left to the last insert: `reservation_is_whole` refuses it and with it the whole statement.
 * An address named from outside the provisioning range stays reserved afterwards, or the allocator would start to give it out.
 */
export const reserveSql = `
WITH want AS (
  SELECT * FROM jsonb_to_recordset($4::jsonb) AS w(slot integer, network uuid, address inet, mac macaddr, is_primary boolean)
), demand AS (
  SELECT network, count(*) AS n FROM want WHERE address IS NULL GROUP BY network
), picked AS (
  SELECT d.network, p.address, row_number() OVER (PARTITION BY d.network ORDER BY p.released_at NULLS FIRST, p.address) AS turn
    FROM demand d CROSS JOIN LATERAL (
      SELECT a.address, a.released_at FROM napi.address a
       WHERE a.network_id = d.network AND a.state = 'free'
       ORDER BY a.released_at NULLS FIRST, a.address LIMIT d.n FOR UPDATE SKIP LOCKED) p
), chosen AS (
  SELECT slot, network, mac, is_primary, address FROM want WHERE address IS NOT NULL
  UNION ALL
  SELECT w.slot, w.network, w.mac, w.is_primary, p.address
    FROM (SELECT *, row_number() OVER (PARTITION BY network ORDER BY slot) AS turn FROM want WHERE address IS NULL) w
    JOIN picked p ON p.network = w.network AND p.turn = w.turn
), taken AS (
  INSERT INTO napi.address AS a (network_id, address, state, mac, vm, owner, is_reserved)
  SELECT c.network, c.address, 'assigned', c.mac, $2, $3, c.address NOT BETWEEN n.provision_start AND n.provision_end
    FROM chosen c JOIN napi.network n ON n.id = c.network ORDER BY c.network, c.address
  ON CONFLICT (network_id, address) DO UPDATE SET state = 'assigned', mac = excluded.mac, vm = excluded.vm, owner = excluded.owner
   WHERE a.state IN ('free', 'reserved')
  RETURNING network_id, address
), made AS (
  INSERT INTO napi.nic (mac, vm, slot, owner, network_id, address, is_primary, reservation_key)
  SELECT c.mac, $2, c.slot, $3, c.network, c.address, c.is_primary, $1
    FROM chosen c JOIN taken t ON t.network_id = c.network AND t.address = c.address
  RETURNING *
), held AS (
  INSERT INTO napi.reservation (key, vm, state, wanted, got)
  SELECT $1, $2, 'held', (SELECT count(*) FROM want), (SELECT count(*) FROM made)
)
SELECT ${nicColumns} FROM made c JOIN napi.network n ON n.id = c.network_id ORDER BY c.slot`;

/** Writes the next $2 addresses of network $1. The row lock of the UPDATE makes a second writer go on from where the first ended. */
export const layOutSql = `
WITH room AS (
  UPDATE napi.network
     SET laid_out_to = LEAST(provision_end, COALESCE(laid_out_to, provision_start - 1) + $2::int)
   WHERE id = $1 AND (laid_out_to IS NULL OR laid_out_to < provision_end)
  RETURNING id, provision_start, laid_out_to, $2::int AS step
)
INSERT INTO napi.address (network_id, address, state)
SELECT room.id, room.laid_out_to - i, 'free'
  FROM room, generate_series(0, LEAST(room.step - 1, room.laid_out_to - room.provision_start)) i
ON CONFLICT (network_id, address) DO NOTHING`;

const backToTheNetwork = `
UPDATE napi.address a
   SET state = CASE WHEN a.is_reserved THEN 'reserved' ELSE 'free' END, mac = NULL, vm = NULL, owner = NULL, released_at = clock_timestamp()
  FROM gone WHERE a.network_id = gone.network_id AND a.address = gone.address RETURNING a.address`;

/** Frees what key $1 holds. `missed`: the key held NICs that this statement's snapshot did not show. */
export const releaseSql = `
WITH stone AS (
  INSERT INTO napi.reservation AS r (key, state, released_at) VALUES ($1, 'released', now())
  ON CONFLICT (key) DO UPDATE SET state = 'released', released_at = now() WHERE r.state = 'held'
  RETURNING got
), gone AS (
  DELETE FROM napi.nic WHERE reservation_key = $1 RETURNING network_id, address
), freed AS (${backToTheNetwork})
SELECT (SELECT count(*) FROM freed)::int AS gone, COALESCE((SELECT got FROM stone), 0) > (SELECT count(*) FROM gone) AS missed`;

/** Frees all NICs of instance $1. */
export const releaseVmSql = `
WITH gone AS (
  DELETE FROM napi.nic WHERE vm = $1 RETURNING network_id, address, reservation_key
), stones AS (
  UPDATE napi.reservation SET state = 'released', released_at = now() WHERE vm = $1 AND state = 'held'
), freed AS (${backToTheNetwork})
SELECT (SELECT count(*) FROM freed)::int AS gone`;
