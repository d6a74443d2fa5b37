import type { ServerId, VmId } from '@nereid/contracts';
import { releaseOnce, reserveOnce, type OwnerPool } from '@nereid/database';
import { SystemIds } from '@nereid/ports';
import { z } from 'zod';
import { NodeTask, step, workflow, type AcceptedJob, type Jobs, type PreparedJob } from '.';

/** What the steps of the specs act on: reservations in another owner's schema, and whatever a spec wants to happen in between. */
export interface SpecPorts {
  readonly napi: OwnerPool;
  readonly server: ServerId;
  /** Called by `take` before it reserves. */
  readonly onTake?: (vm: VmId, key: string) => Promise<void> | void;
  /** Called by `close`, the last step. */
  readonly onClose?: (vm: VmId) => Promise<void> | void;
}

/** Two reservations side by side, a node task, a last word. */
export const trip = workflow<SpecPorts>()('vm.trip', z.object({ vm: z.string() }))
  .together(
    step('take', {
      output: z.object({ held: z.string() }),
      run: async ({ on, key, input }) => {
        await on.onTake?.(input.vm as VmId, key);
        return on.napi.transaction((tx) => reserveOnce(tx, 'napi', key, async () => ({ held: key })));
      },
      undo: async ({ on, key }) => void (await on.napi.transaction((tx) => releaseOnce(tx, 'napi', key, async () => undefined))),
    }),
    step('note', { output: z.object({ noted: z.boolean() }), run: () => ({ noted: true }) }), // No undo: it leaves nothing.
  )
  .step('boot', {
    output: z.object({ times: z.number() }),
    run: ({ on, input }) => new NodeTask(on.server, 'instance.ensure', { instance: { id: input.vm } as never, start: true }),
    undo: ({ on, input }) => new NodeTask(on.server, 'instance.remove', { id: input.vm as VmId }),
  })
  .step('close', {
    output: z.object({}),
    run: async ({ on, input }) => {
      await on.onClose?.(input.vm as VmId);
      return {};
    },
  }); // No undo: it is the last step, and leaves nothing.

export const ids = new SystemIds();

/** Inserts a job as an accepting statement does. */
export function insertJob(pool: OwnerPool, job: PreparedJob, vm: VmId): Promise<AcceptedJob> {
  return pool.one<AcceptedJob>(
    `INSERT INTO vmapi.job (id, workflow, workflow_version, vm, input, first_steps, worker, lease_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING state, generation`,
    [job.id, job.workflow, job.workflowVersion, vm, JSON.stringify(job.input), job.firstSteps, job.worker, job.leaseMs],
  );
}

/** Accepts a job and lets it begin. */
export async function acceptJob(pool: OwnerPool, jobs: Jobs, job: PreparedJob, vm: VmId): Promise<PreparedJob> {
  jobs.accepted(job, vm, await insertJob(pool, job, vm));
  return job;
}
