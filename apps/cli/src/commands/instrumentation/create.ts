import type { Run } from '../../command/spec';
import { usageError } from '../../cli-error';
import { routes } from '../../cloud/routes.at-build';

export const run: Run = async (context, { args: [metric = ''], flags, values }) => {
  const [module, stat, ...more] = metric.split('.');
  if (!module || !stat || more.length > 0) throw usageError(`"${metric}" is no MODULE.STAT; see nereid instrumentation metrics`);
  const decomposition = (values['decomposition'] ?? []).flatMap((list) => list.split(','));
  const [predicate, idleMax] = [values['predicate']?.at(-1), values['idle-max']?.at(-1)];
  const want = {
    ...{ module, stat, decomposition },
    ...(predicate !== undefined && { predicate }),
    ...(idleMax !== undefined && { 'idle-max': idleMax }),
  };
  const { body } = await (await context.cloud()).call(routes.createInstrumentation, {}, want);
  context.terminal.print(flags.has('json') ? JSON.stringify(body) : `Created instrumentation ${body.id} (${metric})`);
};
