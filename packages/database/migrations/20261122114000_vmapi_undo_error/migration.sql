-- What went wrong with an undo is kept beside what went wrong with its step, not in its place.
ALTER TABLE vmapi.job_step ADD COLUMN undo_error jsonb;
