import type { JobId, VmId } from '@nereid/contracts';

export type WorkflowName = 'vm.provision' | 'vm.start' | 'vm.stop' | 'vm.reboot' | 'vm.resize' | 'vm.destroy' | 'vm.forget' | 'vm.repair';

/** A job as the accepting statement inserts it. Made by `JobWaker.newJob`. */
export interface NewJob {
  readonly id: JobId;
  readonly workflow: WorkflowName;
  readonly workflowVersion: number;
  readonly input: { readonly vm: VmId } & Readonly<Record<string, unknown>>;
  /** What the customer did, in CloudAPI's words, for the audit. */
  readonly action: string;
  /** The steps it begins with. */
  readonly firstSteps: readonly string[];
  /** With a worker of this process that has room the job starts in the accepting commit. */
  readonly worker: string | null;
  readonly leaseMs: number;
}

/** States in which a job still has work to do. */
const pending = `('queued', 'running', 'waiting', 'undoing', 'stuck')`;

/**
 * The insert of a job, to stand in a WITH beside the row of its instance. `from` is the name of the CTE that answers the instance's
 * row as written; without a row no job is inserted. The parameters begin at `at`, in the order of {@link jobParams}.
 */
export function insertJobSql(from: string, generation: string, at: number): string {
  const p = (n: number): string => `$${at + n}`;
  return `INSERT INTO vmapi.job (id, workflow, workflow_version, vm, account, input, generation, first_steps, worker, lease_ms, request_id, caller)
    SELECT ${p(0)}::uuid, ${p(1)}::text, ${p(2)}::int, ${from}.id, ${from}.owner, ${p(3)}::jsonb, ${generation}, ${p(4)}::text[], ${p(5)}::text, ${p(6)}::int,
           ${p(7)}::uuid, ${p(8)}::jsonb
      FROM ${from} RETURNING state`;
}

/** Parameters of {@link insertJobSql}; `caller` as JSON. */
export function jobParams(job: NewJob, requestId: string, caller: string): unknown[] {
  const { id, workflow, workflowVersion, input, firstSteps, worker, leaseMs } = job;
  return [id, workflow, workflowVersion, JSON.stringify(input), firstSteps, worker, leaseMs, requestId, caller];
}

/** The jobs that run or wait on an instance. */
export function pendingJobsSql(vm: string): string {
  return `SELECT id FROM vmapi.job WHERE vm = ${vm}::uuid AND state IN ${pending}`;
}

/** Asks every job that runs or waits on an instance to stop. Their worker undoes what they began, before anything later runs. */
export function cancelPendingSql(vm: string): string {
  return `UPDATE vmapi.job SET cancel_requested_at = coalesce(cancel_requested_at, now()), wakes = wakes + 1, due_at = least(due_at, now())
     WHERE vm = ${vm} AND state IN ${pending} RETURNING id`;
}
