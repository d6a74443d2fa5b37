import { z } from 'zod';
import { AccountId, JobId, RequestId, VmId } from '../ids';
import { Instant } from '../units';
import { JobState } from '../vmapi/jobs';
import { route } from './route';
import { JobParams, Page, listOf, pageHeaders } from './wire-values';

export const JobStepObject = z.object({
  name: z.string(),
  direction: z.enum(['do', 'undo']),
  state: z.enum(['started', 'waiting', 'done', 'failed']),
  attempts: z.number().int(),
  started_at: Instant,
  finished_at: Instant.optional(),
  duration_ms: z.number().optional(),
  output: z.unknown().optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});
export type JobStepObject = z.infer<typeof JobStepObject>;

/** A job. Source of `name` and `execution`: workflow API, job object. */
export const JobObject = z.object({
  uuid: JobId,
  /** `vm.provision`, … */
  name: z.string(),
  version: z.number().int(),
  vm_uuid: VmId,
  owner_uuid: AccountId.optional(),
  execution: JobState,
  request_id: RequestId.optional(),
  created_at: Instant,
  started_at: Instant.optional(),
  finished_at: Instant.optional(),
  error: z.object({ code: z.string(), message: z.string(), step: z.string().optional() }).optional(),
});
export type JobObject = z.infer<typeof JobObject>;

/** A job with its steps, in the order in which they began. */
export const JobDetail = JobObject.extend({ steps: z.array(JobStepObject) });
export type JobDetail = z.infer<typeof JobDetail>;

export const listJobs = route({
  name: 'ListJobs',
  method: 'GET',
  path: '/jobs',
  summary: 'Lists jobs, newest first.',
  query: z.strictObject({
    ...Page,
    vm_uuid: VmId.optional(),
    execution: listOf(JobState, 8).optional().describe('One or more, with commas.'),
    name: z.string().max(64).optional().describe('The workflow: `vm.provision`, …'),
  }),
  reply: z.array(JobObject),
  headers: pageHeaders,
});

export const getJob = route({
  name: 'GetJob',
  method: 'GET',
  path: '/jobs/:uuid',
  summary: 'Shows one job with its steps.',
  params: JobParams,
  reply: JobDetail,
  errors: ['ResourceNotFound'],
});

export const cancelJob = route({
  name: 'CancelJob',
  method: 'POST',
  path: '/jobs/:uuid/cancel',
  summary: 'Asks a job to stop and undo what it began. A finished job stays as it is.',
  params: JobParams,
  reply: JobDetail,
  status: 202,
  errors: ['ResourceNotFound'],
});

export const retryJob = route({
  name: 'RetryJob',
  method: 'POST',
  path: '/jobs/:uuid/retry',
  summary: 'Tries again what a job could not do.',
  description:
    'A stuck job goes on at once, and is answered itself. A failed or cancelled start, stop, reboot or destroy is asked for again, and the ' +
    'new job is answered. A failed provision is not retried: it left nothing; create the instance again.',
  params: JobParams,
  reply: JobDetail,
  status: 202,
  errors: ['ResourceNotFound', 'Conflict', 'Gone'],
});
