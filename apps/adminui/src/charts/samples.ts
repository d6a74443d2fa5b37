/** Figures of one object, one value a step and series, the oldest first; null where nothing was heard. */
export interface Samples {
  /** Second of the first step, since 1970. */
  readonly start: number;
  readonly stepSeconds: number;
  readonly values: Readonly<Record<string, readonly (number | null)[]>>;
}

/** How the API says them. */
export interface SeriesReply {
  readonly start: number;
  readonly stepSeconds: number;
  readonly series: Readonly<Record<string, { readonly values: readonly (number | null)[] }>>;
}

export function samplesOf({ start, stepSeconds, series }: SeriesReply): Samples {
  return { start, stepSeconds, values: Object.fromEntries(Object.entries(series).map(([name, { values }]) => [name, values])) };
}

export function lengthOf({ values }: Samples): number {
  return Math.max(0, ...Object.values(values).map(({ length }) => length));
}

/** The step after the last one. */
export function endOf(samples: Samples): number {
  return samples.start + lengthOf(samples) * samples.stepSeconds;
}

/** Both as one, the newest `most` steps of it: what is newer wins where it says something, and steps that neither has are gaps. */
export function joined(older: Samples, newer: Samples, most: number): Samples {
  const { stepSeconds } = newer;
  const end = Math.max(endOf(older), endOf(newer));
  const length = Math.min(most, (end - Math.min(older.start, newer.start)) / stepSeconds);
  const start = end - length * stepSeconds;
  const at = (samples: Samples, name: string, second: number): number | null =>
    samples.values[name]?.[(second - samples.start) / stepSeconds] ?? null;
  const names = new Set([...Object.keys(older.values), ...Object.keys(newer.values)]);
  const values = [...names].map((name) => [
    name,
    Array.from({ length }, (_, n) => at(newer, name, start + n * stepSeconds) ?? at(older, name, start + n * stepSeconds)),
  ]);
  return { start, stepSeconds, values: Object.fromEntries(values) as Samples['values'] };
}

/** Averages of the minutes that lie in `seconds` from their beginning; of the one that runs, so far. */
export function minutesOf(seconds: Samples): Samples {
  const start = Math.ceil(seconds.start / 60) * 60;
  const length = Math.max(0, Math.ceil((endOf(seconds) - start) / 60));
  const values = Object.entries(seconds.values).map(([name, all]) => [
    name,
    Array.from({ length }, (_, minute) => {
      const from = start + minute * 60 - seconds.start;
      return averageOf(all.slice(from, from + 60));
    }),
  ]);
  return { start, stepSeconds: 60, values: Object.fromEntries(values) as Samples['values'] };
}

/** The newest `seconds` of them, with gaps before where there are less. */
export function newest(samples: Samples, seconds: number): Samples {
  const end = endOf(samples);
  return joined({ ...samples, start: end - seconds, values: {} }, samples, seconds / samples.stepSeconds);
}

/** Whether anything was heard in them. */
export function hasFigures({ values }: Samples): boolean {
  return Object.values(values).some((all) => all.some((value) => value !== null));
}

/** The last step of which anything was heard; undefined when nothing was. */
export function lastHeard({ start, stepSeconds, values }: Samples): number | undefined {
  const last = Math.max(-1, ...Object.values(values).map((all) => all.findLastIndex((value) => value !== null)));
  return last < 0 ? undefined : start + last * stepSeconds;
}

/** Null of nothing. */
export function averageOf(values: readonly (number | null)[]): number | null {
  const heard = values.filter((value) => value !== null);
  return heard.length === 0 ? null : heard.reduce((sum, value) => sum + value, 0) / heard.length;
}
