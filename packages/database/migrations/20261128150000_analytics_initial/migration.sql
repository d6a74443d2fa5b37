-- The schema and login role of analytics. It has no outbox and no feed: what it keeps is measured anew each second, and whoever wants it asks.
DO $$
BEGIN
  CREATE ROLE nereid_analytics LOGIN NOINHERIT;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL; -- roles belong to the server: another database of it was migrated before
END $$;
CREATE SCHEMA analytics;
GRANT USAGE ON SCHEMA analytics TO nereid_analytics;
ALTER DEFAULT PRIVILEGES IN SCHEMA analytics GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO nereid_analytics;
ALTER DEFAULT PRIVILEGES IN SCHEMA analytics GRANT USAGE, SELECT ON SEQUENCES TO nereid_analytics;

-- What somebody wants measured, for as long as somebody reads it.
CREATE TABLE analytics.instrumentation (
  id               uuid PRIMARY KEY,
  -- The customer whose instances it is confined to; NULL: an operator's.
  account          uuid,
  -- A customer has as many places as instrumentations are allowed; the key below makes that hold at every commit.
  place            smallint CHECK (place BETWEEN 0 AND 9),
  module           text NOT NULL,
  stat             text NOT NULL,
  predicate        jsonb NOT NULL,
  decomposition    text[] NOT NULL CHECK (cardinality(decomposition) <= 2),
  idle_max_seconds integer CHECK (idle_max_seconds > 0),
  created_at       timestamptz(3) NOT NULL DEFAULT now(),
  -- Written at most every few seconds: reading must not cost a write.
  read_at          timestamptz(3) NOT NULL DEFAULT now(),
  CHECK ((account IS NULL) = (place IS NULL)),
  UNIQUE (account, place)
);

-- Who began and ended to measure what; append-only by role.
CREATE TABLE analytics.audit (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at          timestamptz(3) NOT NULL DEFAULT now(),
  caller      jsonb NOT NULL,
  account     uuid,
  action      text NOT NULL,
  resource_id uuid NOT NULL,
  detail      jsonb NOT NULL DEFAULT '{}'
);
REVOKE UPDATE, DELETE ON analytics.audit FROM nereid_analytics;

-- The basic figures of servers and instances by the minute, in the order of the series of contracts; NULL: nothing was heard.
CREATE TABLE analytics.minute (
  object  uuid NOT NULL,
  minute  timestamptz(0) NOT NULL,
  average real[] NOT NULL,
  highest real[] NOT NULL,
  PRIMARY KEY (object, minute)
);
CREATE INDEX minute_by_age ON analytics.minute USING brin (minute);
