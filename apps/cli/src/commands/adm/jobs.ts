import { operatorRoutes, type OperatorClient } from '@nereid/client/operator';
import type { adminapi } from '@nereid/contracts';
import type { Run } from '../../command/spec';
import { usageError } from '../../cli-error';
import { shortId } from '../../cloud/ids';
import type { Context } from '../../context';
import { age, duration } from '../../output/durations';
import { showList, showOne } from '../../output/show';
import { table } from '../../output/table';
import { filters } from '../filters';
import { idOf } from './lookup';
import { asOperator } from './operator';

export const list = asOperator(async (client, context, given) => {
  const most = Number(given.values['limit']?.at(-1) ?? 100);
  if (!Number.isInteger(most) || most < 1 || most > 1000) throw usageError('--limit wants 1 to 1000');
  const query = { ...filters(given.args, ['vm_uuid', 'execution', 'name']), limit: most };
  const { body } = await client.call(operatorRoutes.listJobs, {}, query);
  const nowMs = context.clock.nowMs();
  showList(context, given, body, {
    columns: ['uuid', 'name', 'vm', 'execution', 'took', 'age', 'error'],
    long: ['uuid', 'name', 'vm_uuid', 'owner_uuid', 'execution', 'created_at', 'finished_at', 'error'],
    sort: ['-created_at'],
    name: 'uuid',
    cells: {
      vm: ({ vm_uuid }) => shortId(vm_uuid),
      took: ({ started_at, finished_at }) => (started_at && finished_at ? duration(Date.parse(finished_at) - Date.parse(started_at)) : ''),
      age: ({ created_at }) => age(Date.parse(created_at), nowMs),
      error: ({ error }) => (error ? `${error.code}: ${error.message}` : ''),
    },
  });
});

export const get = asOperator(async (client, context, given) => {
  const { body } = await client.call(operatorRoutes.getJob, { uuid: await jobId(client, given.args[0]!) }, {});
  if (given.flags.has('json') || given.values['o'] || context.query) return showOne(context, given, body, 'uuid');
  showSteps(context, body);
});

/** `cancel` or `retry`. */
export function act(verb: 'cancel' | 'retry'): Run {
  const route = verb === 'cancel' ? operatorRoutes.cancelJob : operatorRoutes.retryJob;
  return asOperator(async (client, context, { args }) => {
    for (const text of args) {
      const { body } = await client.call(route, { uuid: await jobId(client, text) }, {});
      context.terminal.print(`${verb === 'cancel' ? 'Canceling' : 'Retrying'} job ${body.uuid} (${body.name}, ${body.execution})`);
    }
  });
}

/** The job in a line, and its steps in the order in which they began. */
function showSteps({ terminal }: Context, job: adminapi.JobDetail): void {
  terminal.print(`${job.name} ${job.uuid} on instance ${job.vm_uuid}: ${job.execution}`);
  if (job.error) terminal.print(`  ${job.error.code}: ${job.error.message}`);
  const rows = job.steps.map((step) => [
    step.name,
    step.direction,
    step.state,
    String(step.attempts),
    step.duration_ms === undefined ? '' : duration(step.duration_ms),
    step.error ? `${step.error.code}: ${step.error.message}` : '',
  ]);
  const columns = ['step', 'direction', 'state', 'attempts', 'took', 'error'];
  terminal.print(...table(rows, { columns, hasHeader: true, right: new Set(['attempts', 'took']) }));
}

async function jobId(client: OperatorClient, text: string): Promise<string> {
  return idOf('job', text, client.everyItem(operatorRoutes.listJobs, {}, {}), ({ uuid }) => uuid);
}
