import type { cloudapi } from '@nereid/contracts';
import type { Run } from '../../command/spec';
import { usageError } from '../../cli-error';
import { routes } from '../../cloud/routes.at-build';
import { showList } from '../../output/show';
import { findInstrumentation } from './find';
import { quantile, shownTime, type Ranges } from './ranges';

type Value = cloudapi.RawValue['value'];

export const run: Run = async (context, given) => {
  const seconds = Number(given.values['seconds']?.at(-1) ?? 10);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 600) throw usageError('--seconds wants a whole number from 1 to 600');
  const cloud = await context.cloud();
  const found = await findInstrumentation(cloud, given.args[0]!);
  const wanted = { duration: seconds, transformations: ['vm'] };
  const { value, transformations } = (await cloud.call(routes.getInstrumentationValue, { id: found.id }, wanted)).body as cloudapi.RawValue;
  const hasTimes = found['value-arity'] === 'numeric-decomposition';
  const rows = byKey(value).map(([key, of]) => ({ key, ...(transformations['vm']?.[key] && { name: transformations['vm'][key] }), ...figures(of) })); // prettier-ignore
  const columns = ['key', ...(transformations['vm'] && rows.some((row) => row.name) ? ['name'] : []), 'count', ...(hasTimes ? ['p50', 'p90', 'p99', 'max'] : [])]; // prettier-ignore
  const right = ['count', 'p50', 'p90', 'p99', 'max'];
  showList(context, given, rows, { columns, long: columns, sort: ['-count'], name: 'key', right });
};

/** One row without a key when events are not told apart. */
function byKey(value: Value): [string, number | Ranges][] {
  if (typeof value === 'number' || Array.isArray(value)) return [['all', value]];
  return Object.entries(value);
}

function figures(of: number | Ranges) {
  if (typeof of === 'number') return { count: of };
  const count = of.reduce((sum, [, times]) => sum + times, 0);
  const top = of.at(-1)?.[0][1];
  const at = (fraction: number): string => shownTime(quantile(of, fraction));
  return { count, p50: at(0.5), p90: at(0.9), p99: at(0.99), max: shownTime(top) };
}
