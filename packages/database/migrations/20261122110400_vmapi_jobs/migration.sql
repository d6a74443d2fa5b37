-- Runs of workflows and their steps (packages/workflow). A job is accepted by a plain INSERT in the accepting statement:
--   id, workflow, workflow_version, vm, account, request_id, caller, input, generation, first_steps, worker, lease_ms
-- and the triggers below do what every job has in common.
CREATE TABLE vmapi.job (
  id               uuid PRIMARY KEY,
  -- Order of acceptance; jobs of one instance run in it.
  position         bigint GENERATED ALWAYS AS IDENTITY,
  workflow         text NOT NULL,
  workflow_version integer NOT NULL CHECK (workflow_version > 0),
  vm               uuid,
  account          uuid,
  request_id       uuid,
  caller           jsonb NOT NULL DEFAULT '{}',
  input            jsonb NOT NULL CHECK (jsonb_typeof(input) = 'object'),
  -- The generation its node tasks carry; its undo carries the next.
  generation       bigint NOT NULL DEFAULT 1 CHECK (generation > 0),
  -- The steps it begins with, side by side.
  first_steps      text[] NOT NULL,
  state            text NOT NULL DEFAULT 'queued'
                   CHECK (state IN ('queued', 'running', 'waiting', 'undoing', 'succeeded', 'failed', 'canceled', 'stuck')),
  -- Whose it is: +1 at each claim. What was written by an earlier holder is refused by it.
  epoch            integer NOT NULL DEFAULT 0,
  worker           text,
  lease_ms         integer NOT NULL DEFAULT 30000 CHECK (lease_ms > 0),
  -- When anybody may claim it: the end of the lease while a worker has it, the time to look again while it waits.
  due_at           timestamptz NOT NULL DEFAULT now(),
  -- +1 whenever something comes in from outside (a task's outcome, a cancel), so that parking cannot overlook it.
  wakes            integer NOT NULL DEFAULT 0,
  cancel_requested_at timestamptz,
  -- While undoing: what it will end as.
  ends_as          text CHECK (ends_as IN ('failed', 'canceled')),
  -- {code, message, step, context}
  error            jsonb,
  created_at       timestamptz NOT NULL DEFAULT now(),
  started_at       timestamptz,
  ended_at         timestamptz,
  CONSTRAINT job_end_has_time CHECK ((state IN ('succeeded', 'failed', 'canceled')) = (ended_at IS NOT NULL)),
  CONSTRAINT job_undo_has_reason CHECK (state NOT IN ('undoing', 'stuck') OR ends_as IS NOT NULL)
);
-- Many may queue on an instance, one runs.
CREATE UNIQUE INDEX job_one_active ON vmapi.job (vm) WHERE state IN ('running', 'waiting', 'undoing', 'stuck');
CREATE INDEX job_due ON vmapi.job (due_at) WHERE state IN ('queued', 'running', 'waiting', 'undoing', 'stuck');
CREATE INDEX job_of_vm ON vmapi.job (vm, position);
CREATE INDEX job_by_age ON vmapi.job (ended_at) WHERE ended_at IS NOT NULL;

-- A step is also the task that a node is asked for: `<job>/<step>/do` and `<job>/<step>/undo`.
CREATE TABLE vmapi.job_step (
  job             uuid NOT NULL REFERENCES vmapi.job ON DELETE CASCADE,
  step            text NOT NULL,
  -- Place in the workflow; undone from the highest down.
  position        integer NOT NULL,
  state           text NOT NULL DEFAULT 'started' CHECK (state IN ('started', 'done', 'failed', 'undoing', 'undone')),
  attempts        integer NOT NULL DEFAULT 0,
  undo_attempts   integer NOT NULL DEFAULT 0,
  -- How often the node was asked, and when it is asked again if nothing comes.
  sends           integer NOT NULL DEFAULT 1,
  wake_at         timestamptz NOT NULL DEFAULT now() + interval '5 seconds',
  -- What the node said, until the run has read it.
  outcome         jsonb,
  output          jsonb,
  error           jsonb,
  started_at      timestamptz NOT NULL DEFAULT now(),
  ended_at        timestamptz,
  undo_started_at timestamptz,
  undo_ended_at   timestamptz,
  PRIMARY KEY (job, step),
  CONSTRAINT step_done_has_output CHECK (state <> 'done' OR ended_at IS NOT NULL)
);

-- A job whose inserter names its worker starts at once, as that worker's, when the instance has nothing else to do: one commit
-- less, and the worker need not be woken. Otherwise it queues, and at most 20 do.
CREATE FUNCTION vmapi.job_before_insert() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  ahead integer := 0;
BEGIN
  IF NEW.vm IS NOT NULL THEN
    SELECT count(*) INTO ahead FROM vmapi.job
     WHERE vm = NEW.vm AND state IN ('queued', 'running', 'waiting', 'undoing', 'stuck');
  END IF;
  IF ahead > 20 THEN
    RAISE EXCEPTION 'too many jobs wait on instance %', NEW.vm
      USING ERRCODE = 'check_violation', CONSTRAINT = 'job_queue_limit', TABLE = 'job', SCHEMA = 'vmapi';
  END IF;
  IF NEW.worker IS NOT NULL AND ahead = 0 THEN
    NEW.state := 'running';
    NEW.epoch := 1;
    NEW.started_at := now();
    NEW.due_at := clock_timestamp() + NEW.lease_ms * interval '1 millisecond';
  ELSE
    NEW.worker := NULL;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER job_before_insert BEFORE INSERT ON vmapi.job FOR EACH ROW EXECUTE FUNCTION vmapi.job_before_insert();

CREATE FUNCTION vmapi.job_begin_first_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO vmapi.job_step (job, step, position)
  SELECT NEW.id, step, place - 1 FROM unnest(NEW.first_steps) WITH ORDINALITY AS s (step, place);
  RETURN NULL;
END $$;
CREATE TRIGGER job_started_at_once AFTER INSERT ON vmapi.job
  FOR EACH ROW WHEN (NEW.state = 'running') EXECUTE FUNCTION vmapi.job_begin_first_steps();
CREATE TRIGGER job_started_later AFTER UPDATE ON vmapi.job
  FOR EACH ROW WHEN (OLD.state = 'queued' AND NEW.state = 'running' AND NEW.cancel_requested_at IS NULL)
  EXECUTE FUNCTION vmapi.job_begin_first_steps();
