-- What every owner has (see all_base), for analytics too, so that its audit is sealed by the same relay. It has nothing to tell: its outbox
-- stays empty.
CREATE TABLE analytics.outbox (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  xid         xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at          timestamptz NOT NULL DEFAULT now(),
  subject     text NOT NULL,
  resource_id text NOT NULL,
  version     bigint NOT NULL,
  body        jsonb NOT NULL
);
CREATE INDEX outbox_commit_order ON analytics.outbox (xid, id);
CREATE TABLE analytics.feed (
  seq       bigint PRIMARY KEY,
  outbox_id bigint NOT NULL
);
CREATE TABLE analytics.relay_cursor (
  only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  xid        xid8 NOT NULL DEFAULT '0',
  id         bigint NOT NULL DEFAULT 0,
  seq        bigint NOT NULL DEFAULT 0,
  audit_xid  xid8 NOT NULL DEFAULT '0',
  audit_id   bigint NOT NULL DEFAULT 0,
  audit_seq  bigint NOT NULL DEFAULT 0,
  audit_hash bytea NOT NULL DEFAULT '\x'
);
INSERT INTO analytics.relay_cursor DEFAULT VALUES;
CREATE TABLE analytics.audit_seal (
  seq      bigint PRIMARY KEY,
  audit_id bigint NOT NULL UNIQUE,
  hash     bytea NOT NULL
);
REVOKE UPDATE, DELETE ON analytics.audit_seal FROM nereid_analytics;
CREATE TABLE analytics.idempotency (
  account      uuid NOT NULL,
  key          text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  request_hash text NOT NULL,
  reply        jsonb NOT NULL,
  at           timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account, key)
);
CREATE INDEX idempotency_by_age ON analytics.idempotency (at);
CREATE TABLE analytics.step_key (
  key   text PRIMARY KEY,
  state text NOT NULL CHECK (state IN ('reserved', 'released')),
  reply jsonb,
  at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX step_key_by_age ON analytics.step_key (at);

-- Rows that are there already are sealed first, in the order of their ids.
ALTER TABLE analytics.audit ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX audit_commit_order ON analytics.audit (xid, id);
