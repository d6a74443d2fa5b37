import { z } from 'zod';
import { MachineParams } from './machine';
import { route } from './route';
import { WireDate, WireId, WireInteger } from './wire-values';

/** Header of what was accepted: the job that does it. */
export const jobHeader = 'x-job-id';

const JobError = z.object({ code: z.string(), message: z.string() });

/** A step as the instance's owner sees it: what, when and how it ended, but nothing of servers or of how it is done. */
export const MachineJobStep = z.object({
  name: z.string(),
  direction: z.enum(['do', 'undo']).describe('`undo`: the job failed, and what this step had done is taken back.'),
  state: z.enum(['running', 'done', 'failed']),
  started: WireDate,
  finished: WireDate.optional(),
  error: JobError.optional(),
});
export type MachineJobStep = z.infer<typeof MachineJobStep>;

/** What is, or was, done to an instance. */
export const MachineJob = z.object({
  id: WireId,
  machine: WireId,
  action: z.string().describe('`provision`, `start`, `stop`, `reboot`, `destroy`, …'),
  state: z.enum(['queued', 'running', 'undoing', 'succeeded', 'failed', 'canceled']),
  created: WireDate,
  started: WireDate.optional(),
  finished: WireDate.optional(),
  error: JobError.optional(),
});
export type MachineJob = z.infer<typeof MachineJob>;

/** A job with its steps in the order in which they began. */
export const MachineJobDetail = MachineJob.extend({
  steps: z.array(MachineJobStep),
  mark: z.string().describe('Differs whenever anything else here does.'),
});
export type MachineJobDetail = z.infer<typeof MachineJobDetail>;

const path = '/:account/machines/:id/jobs';
/** How long an answer may be held back, s. */
const longestWait = 25;

export const listMachineJobs = route({
  name: 'ListMachineJobs',
  method: 'GET',
  path,
  summary: 'Lists the jobs of an instance, newest first.',
  description: 'Also of one that was destroyed within the last seven days. Not part of the older API.',
  params: MachineParams,
  input: z.object({ limit: WireInteger.pipe(z.number().min(1).max(100)).default(100) }),
  reply: z.array(MachineJob),
  errors: ['ValidationFailed'],
});

export const getMachineJob = route({
  name: 'GetMachineJob',
  method: 'GET',
  path: `${path}/:job`,
  summary: 'Shows a job with its steps, or waits until it has changed.',
  description:
    `The job of a change is named by the header \`${jobHeader}\` of its answer. With \`wait\` and the \`mark\` of the last answer this one comes as soon as the job has ` +
    'another mark, and after so many seconds at the latest, or sooner when many wait. Not part of the older API.',
  params: MachineParams.extend({ job: z.string().describe('Id of the job.') }),
  input: z.object({
    mark: z.string().max(64).optional(),
    wait: WireInteger.pipe(z.number().min(0).max(longestWait)).default(0).describe('Seconds.'),
  }),
  reply: MachineJobDetail,
  errors: ['ValidationFailed'],
});
