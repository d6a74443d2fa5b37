import type { Job, JobStep, adminapi } from '@nereid/contracts';

export function toJobObject(job: Job): adminapi.JobObject {
  return {
    uuid: job.id,
    name: job.workflow,
    version: job.workflowVersion,
    vm_uuid: job.vm,
    owner_uuid: job.owner,
    execution: job.state,
    request_id: job.requestId,
    created_at: job.createdAt,
    started_at: job.startedAt,
    finished_at: job.finishedAt,
    error: job.error,
  };
}

export function toJobDetail(job: Job): adminapi.JobDetail {
  return { ...toJobObject(job), steps: (job.steps ?? []).map(toStep) };
}

function toStep({ startedAt, finishedAt, durationMs, ...step }: JobStep): adminapi.JobStepObject {
  return { ...step, started_at: startedAt, finished_at: finishedAt, duration_ms: durationMs };
}
