-- A full queue must not keep an instance from being destroyed: what waits in it is cancelled by the very statement that asks for that. At
-- most one destruction is pending on an instance, so the queue stays bounded.
CREATE OR REPLACE FUNCTION vmapi.job_before_insert() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  ahead integer := 0;
BEGIN
  IF NEW.vm IS NOT NULL THEN
    SELECT count(*) INTO ahead FROM vmapi.job
     WHERE vm = NEW.vm AND state IN ('queued', 'running', 'waiting', 'undoing', 'stuck');
  END IF;
  IF ahead > 20 AND NEW.workflow NOT IN ('vm.destroy', 'vm.forget') THEN
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
