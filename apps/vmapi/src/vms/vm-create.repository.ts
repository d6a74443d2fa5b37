import { Inject, Injectable } from '@nestjs/common';
import {
  type Caller,
  type Idempotency,
  invalidField,
  type JobId,
  type JobState,
  ServiceError,
  type UsageLimits,
  type VmSubResource,
} from '@nereid/contracts';
import { OwnerPool, violationOf } from '@nereid/database';
import { auditCaller } from '../callers';
import { insertJobSql, jobParams, type NewJob } from '../jobs/new-job';
import { vmColumns, type VmRow } from './vm-row';
import type { WantedVm } from './wanted-vm';

/** What `$1` to `$24` say of the row, in this order. */
const wanted = {
  ...{
    id: 'uuid',
    owner: 'uuid',
    alias: 'text',
    brand: 'text',
    package_id: 'uuid',
    package_name: 'text',
    memory_mib: 'int',
    swap_mib: 'int',
  },
  ...{
    quota_gib: 'int',
    cpu_cap_percent: 'int',
    cpu_shares: 'int',
    vcpus: 'int',
    max_processes: 'int',
    io_priority: 'int',
    image_id: 'uuid',
  },
  ...{ image: 'jsonb', networks: 'jsonb', nic_tags: 'text[]', server_wanted: 'uuid', customer_metadata: 'jsonb' },
  ...{ internal_metadata: 'jsonb', tags: 'jsonb', locality: 'jsonb', firewall_enabled: 'bool', deletion_protection: 'bool' },
};
const columns = Object.keys(wanted);
const value = Object.fromEntries(Object.entries(wanted).map(([column, type], n) => [column, `$${n + 1}::${type}`])) as typeof wanted;
/** Then the request key, the limits of an account that has none of its own, the action, and the job. */
const [key, hash, maxInstances, maxMemory, maxQuota, action] = [1, 2, 3, 4, 5, 6].map((n) => `$${columns.length + n}`);
const jobAt = columns.length + 7;
const [job, jobWorkflow, caller] = [`$${jobAt}::uuid`, `$${jobAt + 1}::text`, `$${jobAt + 8}::jsonb`];

/** What an instance has from the beginning; server and NICs come with its first job. */
const born: readonly VmSubResource[] = ['alias', 'customer_metadata', 'owner_uuid', 'state', 'tags'];

const insertVm = `
  WITH claimed AS (
    INSERT INTO vmapi.idempotency AS i (account, key, request_hash, reply)
    SELECT ${value.owner}, ${key}::text, ${hash}::text, jsonb_build_object('vm', ${value.id}, 'job', ${job}) WHERE ${key}::text IS NOT NULL
    ON CONFLICT (account, key) DO UPDATE SET request_hash = excluded.request_hash, reply = excluded.reply, at = now()
      WHERE i.at < now() - interval '24 hours'
    RETURNING 1
  ), accepted AS (
    SELECT 1 WHERE ${key}::text IS NULL OR EXISTS (SELECT FROM claimed)
  ), counted AS (
    INSERT INTO vmapi.account_usage AS u (account, instances, memory_mib, quota_gib, max_instances, max_memory_mib, max_quota_gib)
    SELECT ${value.owner}, 1, ${value.memory_mib}, ${value.quota_gib}, ${maxInstances}::int, ${maxMemory}::bigint, ${maxQuota}::bigint FROM accepted
    ON CONFLICT (account) DO UPDATE
      SET instances = u.instances + 1, memory_mib = u.memory_mib + excluded.memory_mib, quota_gib = u.quota_gib + excluded.quota_gib
    RETURNING 1
  ), vm AS (
    -- Generation 1 for the steps of its first job, 2 for their undo.
    INSERT INTO vmapi.vm (${columns.join(', ')}, generation, job, job_workflow)
    SELECT ${columns.map((column) => value[column as keyof typeof wanted]).join(', ')}, 2, ${job}, ${jobWorkflow} FROM counted
    RETURNING *
  ), job AS (
    ${insertJobSql('vm', '1', jobAt)}
  ), told AS (
    INSERT INTO vmapi.outbox (subject, resource_id, version, body)
    SELECT 'vm.created', id::text, version,
           jsonb_build_object('owner', owner, 'alias', alias, 'job', job, 'changed', '${JSON.stringify(born)}'::jsonb) FROM vm
  ), audited AS (
    INSERT INTO vmapi.audit (caller, account, action, resource, resource_id, job, outcome)
    SELECT ${caller}, owner, ${action}::text, 'vm', id::text, job, 'accepted' FROM vm
  )
  SELECT ${vmColumns('vm')}, job.state AS job_state FROM vm, job`;

/** Accepts new instances. */
@Injectable()
export class VmCreateRepository {
  constructor(@Inject(OwnerPool) private readonly db: OwnerPool) {}

  /**
   * Inserts the instance with its quota use, job, request key, audit and outbox rows in one statement: all or nothing. `undefined` when
   * the request key was used before, and then nothing is written.
   * @throws QuotaExceeded a limit of the owner would be passed @throws ValidationFailed the alias is taken
   */
  async insertWithJob(
    vm: WantedVm,
    job: NewJob,
    caller: Caller,
    idempotency: Idempotency | undefined,
    limits: UsageLimits,
  ): Promise<(VmRow & { job_state: JobState }) | undefined> {
    const { want, package: pkg } = vm;
    try {
      return await this.db.maybe<VmRow & { job_state: JobState }>(insertVm, [
        ...[vm.id, want.owner, vm.alias, vm.brand, pkg.id, pkg.name, pkg.memoryMiB, pkg.swapMiB, pkg.quotaGiB, pkg.cpuCapPercent],
        ...[pkg.cpuShares, pkg.vcpus ?? null, pkg.maxProcesses, pkg.ioPriority, vm.image.id, JSON.stringify(vm.image)],
        ...[JSON.stringify(want.networks), vm.nicTags, want.server ?? null, JSON.stringify(want.metadata)],
        ...[JSON.stringify(want.internalMetadata), JSON.stringify(want.tags), want.locality ? JSON.stringify(want.locality) : null],
        ...[want.firewallEnabled, want.deletionProtection, idempotency?.key ?? null, idempotency?.hash ?? null],
        ...[limits.instances ?? null, limits.memoryMiB ?? null, limits.quotaGiB ?? null, job.action],
        ...jobParams(job, caller.requestId, JSON.stringify(auditCaller(caller))),
      ]);
    } catch (error) {
      throw asRefusal(error, vm.alias);
    }
  }

  /** What a request key came to. @throws IdempotencyMismatch it was another request's */
  async findByKey(account: string, idempotency: Idempotency): Promise<{ vm: VmRow; job: JobId | undefined } | undefined> {
    const found = await this.db.maybe<VmRow & { request_hash: string; first_job: JobId | null }>(
      `SELECT ${vmColumns('vm')}, i.request_hash, (i.reply ->> 'job')::uuid AS first_job
         FROM vmapi.idempotency i JOIN vmapi.vm ON vm.id = (i.reply ->> 'vm')::uuid
        WHERE i.account = $1 AND i.key = $2 AND i.at > now() - interval '24 hours'`,
      [account, idempotency.key],
    );
    if (!found) return undefined;
    if (found.request_hash !== idempotency.hash)
      throw new ServiceError('IdempotencyMismatch', 'this Idempotency-Key was used for another request; use a new one');
    return { vm: found, job: found.first_job ?? undefined };
  }
}

/** What the schema refused, in the caller's words. */
export function asRefusal(error: unknown, alias: string): unknown {
  switch (violationOf(error)?.constraint) {
    case 'vm_alias':
      return invalidField('alias', `alias: "${alias}" is already used by another instance of this account`, 'Duplicate');
    case 'usage_instances':
      return new ServiceError('QuotaExceeded', 'the account has as many instances as it may have', { cause: error });
    case 'usage_memory':
      return new ServiceError('QuotaExceeded', 'the instance would take the account past its memory limit', { cause: error });
    case 'usage_disk':
      return new ServiceError('QuotaExceeded', 'the instance would take the account past its disk limit', { cause: error });
    case 'job_one_resize':
      return new ServiceError('Conflict', 'a resize of the instance has not ended yet; ask again when it has', { cause: error });
    case 'job_queue_limit':
      return new ServiceError('Conflict', 'as many jobs as may wait on an instance wait on this one already', { cause: error });
    default:
      return error;
  }
}
