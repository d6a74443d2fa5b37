import type { Run } from '../../command/spec';
import { routes } from '../../cloud/routes.at-build';
import { showList } from '../../output/show';

const layout = { columns: ['name', 'label', 'fields'], long: ['name', 'label', 'unit', 'interval', 'fields'], sort: ['name'] };

export const run: Run = async (context, given) => {
  const { body } = await (await context.cloud()).call(routes.describeAnalytics);
  showList(context, given, body.metrics.map((metric) => ({ name: `${metric.module}.${metric.stat}`, ...metric })), layout); // prettier-ignore
};
