import type { InstanceSeen, NicSpec, ServerId } from '@nereid/contracts';
import type { Effects, Param, RunEvent } from '@nereid/workflow';
import { sizeColumns, type Sizes } from '../sizes';
import { changedSql, comparedColumns } from '../vm-changed';
import { factsOf } from '../vm-seen.repository';

/**
 * What the end of a run does to the instance's row, in the statement that ends the run: so that the result and the state are one commit,
 * and a worker that lost the run changes nothing (`mine` is empty for it). A run's other writes leave the row alone.
 */
export const vmEffects: Effects = (event, param) => {
  const { state, vm } = event;
  if (vm === undefined || (state !== 'succeeded' && state !== 'failed' && state !== 'canceled')) return undefined;
  const p: Names = { run: `${param(event.run)}::uuid`, vm: `${param(vm)}::uuid`, param };
  if (state === 'succeeded') return [atSuccess(event, p), told, audited(p, state, undefined)].join(',\n');
  return [atFailure(event, p), told, audited(p, state, event.error)].join(',\n');
};

interface Names {
  readonly run: string;
  readonly vm: string;
  readonly param: Param;
}

function atSuccess(event: RunEvent, p: Names): string {
  switch (event.workflow) {
    case 'vm.provision': {
      const { server } = event.done['pick-server'] as { server: ServerId };
      const { nics } = event.done['reserve-nics'] as { nics: NicSpec[] };
      const { seen } = event.done['boot'] as { seen: InstanceSeen };
      const placed = `server = ${p.param(server)}::uuid, nics = ${p.param(JSON.stringify(nics))}::jsonb`;
      return update(p, `${placed}, ${seenAs(seen, p)}, ${toldUpTo(event, p)}`);
    }
    case 'vm.destroy':
    case 'vm.forget':
      return `${update(p, `ended = 'destroyed', ended_at = now(), power_wanted = 'gone', nics = '[]', seen_state = 'absent'`)},\n${freed}`;
    case 'vm.resize': {
      const { seen } = event.done['apply-limits'] as { seen: InstanceSeen };
      return `${update(p, `${sizedAs((event.input as { to: Sizes }).to, p)}, ${seenAs(seen, p)}, ${toldUpTo(event, p)}`)},\n${givenUp}`;
    }
    default: {
      const seen = seenOf(event);
      return update(p, seen && (carriesSpec(event) ? `${seenAs(seen, p)}, ${toldUpTo(event, p)}` : seenAs(seen, p)));
    }
  }
}

/** A creation that failed leaves a failed instance, unless it is being destroyed: then the job that waits behind ends it. */
function atFailure(event: RunEvent, p: Names): string {
  if (event.workflow === 'vm.resize') return `${update(p, undefined)},\n${uncharged((event.input as { to: Sizes }).to, p)}`;
  if (event.workflow !== 'vm.provision') return update(p, undefined);
  const failure = { code: event.error?.code ?? 'InternalError', message: event.error?.message ?? 'the job was cancelled' };
  return `${update(
    p,
    `ended = CASE WHEN v.power_wanted = 'gone' THEN v.ended ELSE 'failed' END,
     ended_at = CASE WHEN v.power_wanted = 'gone' THEN v.ended_at ELSE now() END,
     failure = ${p.param(JSON.stringify(failure))}::jsonb`,
  )},\n${freed}`;
}

/** What the node saw, of the runs that are a single task. */
function seenOf(event: RunEvent): InstanceSeen | undefined {
  return (Object.values(event.done)[0] as { seen?: InstanceSeen }).seen;
}

/** Whether the task brought the whole wanted state along; a stop does not. */
function carriesSpec(event: RunEvent): boolean {
  return event.workflow !== 'vm.stop' && (event.input as { repair?: string }).repair !== 'stop';
}

/** Writes the row, and lets go of it: the state shown then depends on the next job that waits, if any. */
function update(p: Names, change: string | undefined): string {
  const next = (column: string): string =>
    `(SELECT j.${column} FROM vmapi.job j WHERE j.vm = v.id AND j.id <> ${p.run} AND j.state NOT IN ('succeeded', 'failed', 'canceled')
       ORDER BY j.position DESC LIMIT 1)`;
  return `before AS (
    SELECT id, ended AS was, memory_mib AS memory_was, quota_gib AS quota_was, ${comparedColumns('vm', parts)}
      FROM vmapi.vm WHERE id = ${p.vm} AND EXISTS (SELECT FROM mine) FOR UPDATE
  ), vm AS (
    UPDATE vmapi.vm v SET ${change ? `${change}, ` : ''}
        job = CASE WHEN v.job <> ${p.run} THEN v.job ELSE ${next('id')} END,
        job_workflow = CASE WHEN v.job <> ${p.run} THEN v.job_workflow ELSE ${next('workflow')} END,
        version = v.version + 1, updated_at = now()
      FROM before b WHERE v.id = b.id
    RETURNING v.*, b.was, b.memory_was, b.quota_was
  )`;
}

/** A report of the same generation that it stopped since is newer than the result that says it runs. */
function seenAs(seen: InstanceSeen, p: Names): string {
  const [state, generation] = [`${p.param(seen.state)}::text`, `${p.param(seen.generation)}::bigint`];
  return `seen_state = CASE WHEN v.seen_generation >= ${generation} AND v.seen_state IN ('stopped', 'failed') AND ${state} = 'running'
      THEN v.seen_state ELSE ${state} END,
    seen_generation = greatest(v.seen_generation, ${generation}), seen_facts = ${p.param(JSON.stringify(factsOf(seen)))}::jsonb, seen_at = now(), deviations = 0`;
}

/** The node holds the wanted state as of the run's generation. */
function toldUpTo(event: RunEvent, p: Names): string {
  return `told_generation = greatest(v.told_generation, ${p.param(event.generation)}::bigint)`;
}

/** The package's sizes become the instance's own. */
function sizedAs(to: Sizes, p: Names): string {
  const sizes = Object.entries(sizeColumns(to)).map(([column, value]) => `${column} = ${p.param(value)}::int`);
  return `package_id = ${p.param(to.package)}::uuid, package_name = ${p.param(to.packageName)}::text, ${sizes.join(', ')}`;
}

/** What became less is use no more. What became more was charged when the resize was accepted. */
const givenUp = `freed AS (
    UPDATE vmapi.account_usage u SET memory_mib = u.memory_mib - greatest(0, vm.memory_was - vm.memory_mib),
        quota_gib = u.quota_gib - greatest(0, vm.quota_was - vm.quota_gib)
      FROM vm WHERE u.account = vm.owner
  )`;

/** What a resize that did not come to be was charged with. */
function uncharged(to: Sizes, p: Names): string {
  return `freed AS (
    UPDATE vmapi.account_usage u SET memory_mib = u.memory_mib - greatest(0, ${p.param(to.memoryMiB)}::int - vm.memory_mib),
        quota_gib = u.quota_gib - greatest(0, ${p.param(to.quotaGiB)}::int - vm.quota_gib)
      FROM vm WHERE u.account = vm.owner
  )`;
}

/** Use is given back once: when the row ends for the first time. */
const freed = `freed AS (
    UPDATE vmapi.account_usage u SET instances = u.instances - 1, memory_mib = u.memory_mib - vm.memory_mib, quota_gib = u.quota_gib - vm.quota_gib
      FROM vm WHERE u.account = vm.owner AND vm.ended IS NOT NULL AND vm.was IS NULL
  )`;

/** What the end of a run can change. */
const parts = ['destroyed', 'nics', 'server_uuid', 'state'] as const;

const told = `told AS (
    INSERT INTO vmapi.outbox (subject, resource_id, version, body)
    SELECT CASE WHEN vm.ended = 'destroyed' THEN 'vm.destroyed' ELSE 'vm.changed' END, vm.id::text, vm.version,
           jsonb_build_object('owner', vm.owner, 'alias', vm.alias, 'changed', ${changedSql('before', 'vm', parts)}) FROM vm, before
  )`;

/** The result as a second audit row, by the caller of the first. */
function audited(p: Names, outcome: string, error: RunEvent['error']): string {
  return `audited AS (
    INSERT INTO vmapi.audit (caller, account, action, resource, resource_id, job, outcome, detail)
    SELECT a.caller, a.account, a.action, a.resource, a.resource_id, a.job, ${p.param(outcome)}::text, ${p.param(JSON.stringify(error ?? {}))}::jsonb
      FROM vmapi.audit a
     WHERE a.resource_id = ${p.vm}::text AND a.job = ${p.run} AND a.outcome = 'accepted' AND EXISTS (SELECT FROM mine)
  )`;
}
