-- A schema and a login role per owner. The role sees its own schema and nothing else, so that a transaction over two services'
-- tables is impossible, also where all services share a process. Passwords are set by `migrate`, never by a migration.
REVOKE ALL ON SCHEMA public FROM PUBLIC;

DO $$
DECLARE
  owner text;
  role text;
BEGIN
  FOREACH owner IN ARRAY ARRAY['identity', 'vmapi', 'cnapi', 'napi', 'imgapi', 'adminapi'] LOOP
    role := 'nereid_' || owner;
    BEGIN
      EXECUTE format('CREATE ROLE %I LOGIN NOINHERIT', role);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL; -- roles belong to the server: another database of it was migrated before
    END;
    EXECUTE format('CREATE SCHEMA %I', owner);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', owner, role);
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %I', owner, role);
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT USAGE, SELECT ON SEQUENCES TO %I', owner, role);

    -- What changed, written in the transaction that changed it. `xid` is what makes reading in the order of commits possible:
    -- ids are handed out before the commit, so a reader that goes by `id > last` loses rows of slower transactions.
    EXECUTE format($t$
      CREATE TABLE %I.outbox (
        id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        xid         xid8 NOT NULL DEFAULT pg_current_xact_id(),
        at          timestamptz NOT NULL DEFAULT now(),
        subject     text NOT NULL,
        resource_id text NOT NULL,
        version     bigint NOT NULL,
        body        jsonb NOT NULL
      )$t$, owner);
    EXECUTE format('CREATE INDEX outbox_commit_order ON %I.outbox (xid, id)', owner);

    -- The dense numbers the relay gave to outbox rows.
    EXECUTE format($t$
      CREATE TABLE %1$I.feed (
        seq       bigint PRIMARY KEY,
        outbox_id bigint NOT NULL
      )$t$, owner);

    -- How far the relay is, in the outbox and in the audit; one row.
    EXECUTE format($t$
      CREATE TABLE %1$I.relay_cursor (
        only_row  boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        xid       xid8 NOT NULL DEFAULT '0',
        id        bigint NOT NULL DEFAULT 0,
        seq       bigint NOT NULL DEFAULT 0,
        audit_xid xid8 NOT NULL DEFAULT '0',
        audit_id  bigint NOT NULL DEFAULT 0,
        audit_seq bigint NOT NULL DEFAULT 0,
        audit_hash bytea NOT NULL DEFAULT '\x'
      )$t$, owner);
    EXECUTE format('INSERT INTO %I.relay_cursor DEFAULT VALUES', owner);

    -- Who asked for which change, written in the accepting transaction; the result is a second row. Append-only by role.
    EXECUTE format($t$
      CREATE TABLE %I.audit (
        id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        xid         xid8 NOT NULL DEFAULT pg_current_xact_id(),
        at          timestamptz NOT NULL DEFAULT now(),
        caller      jsonb NOT NULL,
        account     uuid,
        action      text NOT NULL,
        resource    text NOT NULL,
        resource_id text NOT NULL,
        job         uuid,
        outcome     text NOT NULL CHECK (outcome IN ('accepted', 'succeeded', 'failed', 'canceled')),
        detail      jsonb NOT NULL DEFAULT '{}'
      )$t$, owner);
    EXECUTE format('CREATE INDEX audit_commit_order ON %I.audit (xid, id)', owner);
    EXECUTE format('CREATE INDEX audit_of_resource ON %I.audit (resource_id, id)', owner);

    -- The hash chain over the audit, sealed by the relay: each hash covers the row and the hash before it.
    EXECUTE format($t$
      CREATE TABLE %I.audit_seal (
        seq      bigint PRIMARY KEY,
        audit_id bigint NOT NULL UNIQUE,
        hash     bytea NOT NULL
      )$t$, owner);
    EXECUTE format('REVOKE UPDATE, DELETE ON %1$I.audit, %1$I.audit_seal FROM %2$I', owner, role);

    -- One visible effect per (account, Idempotency-Key); inserted in the accepting transaction, kept 24 h.
    EXECUTE format($t$
      CREATE TABLE %I.idempotency (
        account      uuid NOT NULL,
        key          text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
        request_hash text NOT NULL,
        reply        jsonb NOT NULL,
        at           timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (account, key)
      )$t$, owner);
    EXECUTE format('CREATE INDEX idempotency_by_age ON %I.idempotency (at)', owner);

    -- Reservations asked for by steps of jobs, by `<run>/<step>`. A row in state `released` is a tombstone: a reserve that
    -- arrives after its release finds it and is refused.
    EXECUTE format($t$
      CREATE TABLE %I.step_key (
        key   text PRIMARY KEY,
        state text NOT NULL CHECK (state IN ('reserved', 'released')),
        reply jsonb,
        at    timestamptz NOT NULL DEFAULT now()
      )$t$, owner);
    EXECUTE format('CREATE INDEX step_key_by_age ON %I.step_key (at)', owner);
  END LOOP;
END $$;
