import type { Run } from '../../command/spec';
import { shortId } from '../../cloud/ids';
import { routes } from '../../cloud/routes.at-build';
import { age } from '../../output/durations';
import { showList } from '../../output/show';

const layout = {
  columns: ['shortid', 'metric', 'decomposition', 'predicate', 'age'],
  long: ['id', 'metric', 'decomposition', 'predicate', 'idle-max', 'nsources', 'age'],
  sort: ['crtime'],
  name: 'id',
};

export const run: Run = async (context, given) => {
  const { body } = await (await context.cloud()).call(routes.listInstrumentations);
  const nowMs = context.clock.nowMs();
  const rows = body.map((it) => ({ ...it, shortid: shortId(it.id), metric: `${it.module}.${it.stat}`, age: age(it.crtime, nowMs) }));
  showList(context, given, rows, layout);
};
