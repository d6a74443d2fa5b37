import { bucketLow, Histogram, type Instrumentation, type ValueColumn, type cloudapi } from '@nereid/contracts';
import { shapeOf, type Shape } from './instrumentation.mapper';
import type { Measured, Reading } from './measurements';

type Ranges = [[number, number], number][];

/** What was measured in one stretch, added up, in the form that the decomposition makes of it. */
export function valueOf(columns: readonly ValueColumn[], { discrete, numeric }: Shape): cloudapi.RawValue['value'] {
  const byKey = new Map<string, { count: number; histogram: Histogram }>();
  for (const { key, count, distribution } of columns.flatMap(({ cells }) => cells)) {
    const name = discrete ? key : '';
    const sum = byKey.get(name) ?? { count: 0, histogram: new Histogram() };
    byKey.set(name, sum);
    sum.count += count;
    sum.histogram.merge(distribution ?? []);
  }
  const shown = (sum: { count: number; histogram: Histogram }): number | Ranges => (numeric ? rangesOf(sum.histogram) : sum.count);
  if (discrete) return Object.fromEntries([...byKey].map(([key, sum]) => [key, shown(sum)]));
  return shown(byKey.get('') ?? { count: 0, histogram: new Histogram() });
}

/** The time that an answer is about, and how whole it is. */
export function timesOf({ start, columns }: Measured, { sources }: Instrumentation) {
  const [duration, end] = [columns.length, start + columns.length];
  return {
    ...{ start_time: start, duration, end_time: end },
    ...{ requested_start_time: start, requested_duration: duration, requested_end_time: end },
    nsources: sources.wanted,
    minreporting: Math.min(...columns.map(({ reporting }) => reporting)),
  };
}

/** What was asked for besides: names of the keys. */
export function namesOf(wanted: readonly string[], { names }: Reading): Record<string, Record<string, string>> {
  return wanted.includes('vm') ? { vm: { ...names } } : {};
}

export function toRawValue(measured: Measured, reading: Reading, wantedNames: readonly string[]): cloudapi.RawValue {
  const { instrumentation } = reading;
  return {
    value: valueOf(measured.columns, shapeOf(instrumentation)),
    transformations: namesOf(wantedNames, reading),
    ...timesOf(measured, instrumentation),
  };
}

function rangesOf(histogram: Histogram): Ranges {
  return histogram.distribution.map(([bucket, count]) => [[bucketLow(bucket), bucketLow(bucket + 1)], count]);
}
