-- Servers, their capacity, what is reserved on them, and how they enrol. A promise beyond what a server can sell is refused by
-- `server_never_oversold`, whoever makes it and however stale the picture it was chosen from.

CREATE TABLE cnapi.server (
  id          uuid PRIMARY KEY,
  hostname    text NOT NULL,
  driver      text NOT NULL CHECK (driver IN ('linux', 'smartos', 'simulated')),
  state       text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'up', 'suspect', 'down')),
  -- By an operator: nothing new is placed there.
  is_reserved boolean NOT NULL DEFAULT false,
  traits      jsonb NOT NULL DEFAULT '{}',
  -- The agent's last report of itself (contracts: NodeFacts); NULL until it came.
  facts       jsonb,
  sellable_cpu_percent bigint NOT NULL DEFAULT 0,
  sellable_memory_mib  bigint NOT NULL DEFAULT 0,
  sellable_disk_gib    bigint NOT NULL DEFAULT 0,
  sellable_instances   bigint NOT NULL DEFAULT 0,
  reserved_cpu_percent bigint NOT NULL DEFAULT 0,
  reserved_memory_mib  bigint NOT NULL DEFAULT 0,
  reserved_disk_gib    bigint NOT NULL DEFAULT 0,
  reserved_instances   bigint NOT NULL DEFAULT 0,
  -- Public half of the key that the agent made for itself.
  public_key  text NOT NULL,
  revoked_at  timestamptz,
  -- Written with changes of state only; what the last beat was, the cnapi processes know.
  last_seen_at timestamptz,
  version     bigint NOT NULL DEFAULT 1,
  changed_at  timestamptz NOT NULL DEFAULT now(),
  created_at  timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT server_never_oversold CHECK (
    reserved_cpu_percent <= sellable_cpu_percent AND reserved_memory_mib <= sellable_memory_mib
    AND reserved_disk_gib <= sellable_disk_gib AND reserved_instances <= sellable_instances),
  CONSTRAINT server_reserved_not_negative CHECK (
    reserved_cpu_percent >= 0 AND reserved_memory_mib >= 0 AND reserved_disk_gib >= 0 AND reserved_instances >= 0)
) WITH (fillfactor = 50); -- the counters change with each create: room for the new version on the same page
CREATE UNIQUE INDEX server_public_key ON cnapi.server (public_key);

CREATE TABLE cnapi.reservation (
  key         text PRIMARY KEY,
  state       text NOT NULL CHECK (state IN ('held', 'released')),
  vm          uuid,
  owner       uuid,
  server      uuid REFERENCES cnapi.server (id) ON DELETE RESTRICT,
  cpu_percent bigint NOT NULL DEFAULT 0,
  memory_mib  bigint NOT NULL DEFAULT 0,
  disk_gib    bigint NOT NULL DEFAULT 0,
  -- Instances that must never stand on the same server.
  strictly_far uuid[] NOT NULL DEFAULT '{}',
  -- How the choice came about (contracts: PlacementExplanation).
  explanation jsonb,
  created_at  timestamptz NOT NULL DEFAULT now(),
  released_at timestamptz,
  CONSTRAINT reservation_held_somewhere CHECK (state = 'released' OR (server IS NOT NULL AND vm IS NOT NULL AND owner IS NOT NULL))
);
-- Not unique: a migration holds two.
CREATE INDEX reservation_vm ON cnapi.reservation (vm) WHERE vm IS NOT NULL;
CREATE INDEX reservation_server ON cnapi.reservation (server) WHERE state = 'held';
CREATE INDEX reservation_released ON cnapi.reservation (released_at) WHERE state = 'released';

-- One row for an instance and a server: how often it is reserved there, and how many others forbid it to be there. Two creates at once
-- that must stay apart meet on this row; the second to commit is refused and takes another server.
CREATE TABLE cnapi.separation (
  server     uuid NOT NULL REFERENCES cnapi.server (id) ON DELETE CASCADE,
  vm         uuid NOT NULL,
  here       integer NOT NULL DEFAULT 0 CHECK (here >= 0),
  kept_away  integer NOT NULL DEFAULT 0 CHECK (kept_away >= 0),
  PRIMARY KEY (server, vm),
  CONSTRAINT separation_holds CHECK (here = 0 OR kept_away = 0)
);

CREATE TABLE cnapi.enrolment_token (
  -- The token itself is shown once and never kept.
  token_sha256 text PRIMARY KEY,
  server       uuid NOT NULL,
  expires_at   timestamptz NOT NULL,
  used_at      timestamptz,
  public_key   text,
  created_at   timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT enrolment_token_used_by_a_key CHECK ((used_at IS NULL) = (public_key IS NULL))
);
