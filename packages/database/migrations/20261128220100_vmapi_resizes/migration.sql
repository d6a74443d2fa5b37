-- What a resize charges the account with is reckoned from the sizes at its acceptance, so a second one waits for its end.
CREATE UNIQUE INDEX job_one_resize ON vmapi.job (vm)
  WHERE workflow = 'vm.resize' AND state IN ('queued', 'running', 'waiting', 'undoing', 'stuck');
