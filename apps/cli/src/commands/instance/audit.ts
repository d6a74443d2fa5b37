import type { Run } from '../../command/spec';
import { shortId } from '../../cloud/ids';
import { machineId } from '../../cloud/machines';
import { routes } from '../../cloud/routes.at-build';
import { showList } from '../../output/show';

export const run: Run = async (context, given) => {
  const cloud = await context.cloud();
  const id = await machineId(cloud, given.args[0]!);
  const { body } = await cloud.call(routes.machineAudit, { id });
  // The id is the instance's, as scripts know it from the triton command; the entry's own says nothing to anybody.
  const entries = body.map((entry) => ({ ...entry, id, shortid: shortId(id) }));
  showList(context, given, entries, {
    columns: ['shortid', 'time', 'action', 'success'],
    long: ['id', 'time', 'action', 'success'],
    sort: ['id', 'time'],
    name: 'action',
  });
};
