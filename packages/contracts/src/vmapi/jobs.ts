import { z } from 'zod';
import { PlacementExplanation } from '../cnapi/capacity';
import { AccountId, JobId, RequestId, VmId } from '../ids';
import { hint, rpc } from '../rpc';
import { Instant, PageRequest, pageOf } from '../units';

/**
 * `waiting`: for a node or a timer. `undoing`: a step failed or the job was cancelled, and what was begun is being undone.
 * `stuck`: an undo failed ten times; it goes on trying, and operators are told.
 */
export const JobState = z.enum(['queued', 'running', 'waiting', 'undoing', 'succeeded', 'failed', 'canceled', 'stuck']);
export type JobState = z.infer<typeof JobState>;

export const JobStep = z.object({
  name: z.string(),
  direction: z.enum(['do', 'undo']),
  state: z.enum(['started', 'waiting', 'done', 'failed']),
  attempts: z.number().int(),
  startedAt: Instant,
  finishedAt: Instant.optional(),
  durationMs: z.number().optional(),
  output: z.unknown().optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});
export type JobStep = z.infer<typeof JobStep>;

export const Job = z.object({
  id: JobId,
  /** `vm.provision`, … */
  workflow: z.string(),
  workflowVersion: z.number().int(),
  vm: VmId,
  owner: AccountId.optional(),
  state: JobState,
  requestId: RequestId.optional(),
  createdAt: Instant,
  startedAt: Instant.optional(),
  finishedAt: Instant.optional(),
  error: z.object({ code: z.string(), message: z.string(), step: z.string().optional() }).optional(),
  epoch: z.number().int(),
  steps: z.array(JobStep).optional(),
  placement: PlacementExplanation.optional(),
});
export type Job = z.infer<typeof Job>;

/** One job with its steps. @throws ResourceNotFound */
export const getJob = rpc({ subject: 'vmapi.v1.jobs.get', request: z.object({ id: JobId }), reply: Job, timeoutMs: 3_000 });

/** Jobs, newest first. */
export const listJobs = rpc({
  subject: 'vmapi.v1.jobs.list',
  request: z.object({
    ...PageRequest,
    vm: VmId.optional(),
    state: JobState.optional(),
    workflow: z.string().optional(),
  }),
  reply: pageOf(Job),
  timeoutMs: 5_000,
});

/** Asks a job to stop and undo what it began. A finished job stays as it is. */
export const cancelJob = rpc({ subject: 'vmapi.v1.jobs.cancel', request: z.object({ id: JobId }), reply: Job, timeoutMs: 5_000 });

/**
 * Tries again what a job could not do. A stuck or waiting job goes on at once, and is answered itself; a failed or cancelled start, stop,
 * reboot, resize or destroy is asked for again, and the new job is answered. Operators only.
 * @throws Conflict it runs, it succeeded, or it was a provision, which leaves nothing to try again @throws ResourceNotFound @throws Gone
 */
export const retryJob = rpc({ subject: 'vmapi.v1.jobs.retry', request: z.object({ id: JobId }), reply: Job, timeoutMs: 5_000 });

/** How many jobs there are in each state: all unfinished ones, and those that finished within `finishedWithinMs`. Operators only. */
export const countJobs = rpc({
  subject: 'vmapi.v1.jobs.counts',
  request: z.object({
    finishedWithinMs: z
      .number()
      .int()
      .min(0)
      .max(90 * 86_400_000),
  }),
  reply: z.object({ counts: z.partialRecord(JobState, z.number().int()) }),
  timeoutMs: 5_000,
});

/** A step of a job began or ended, and the job goes on: what shows its progress asks again. */
export const jobStepHint = hint('vmapi', 'job-steps', z.object({ job: JobId, vm: VmId }));

/** A job changed state. */
export const jobHint = hint('vmapi', 'jobs', z.object({ job: JobId, vm: VmId, state: JobState }));
