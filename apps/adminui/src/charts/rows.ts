import { averageOf, lengthOf, type Samples } from './samples';

/** What was measured in one stretch of time. */
export interface FigureRow {
  /** Second of its first step, since 1970. */
  readonly at: number;
  /** Averages by series; null where nothing was heard. */
  readonly values: Readonly<Record<string, number | null>>;
}

/** Samples as rows, the newest first: one a step, or, where those are more than `most`, one for as many steps as it takes. Rows begin at whole multiples; what was before anything was heard has none. */
export function byStep(samples: Samples, most: number): FigureRow[] {
  const length = lengthOf(samples);
  const { start, stepSeconds } = samples;
  const steps = Math.max(1, Math.ceil(length / most));
  const seconds = steps * stepSeconds;
  const rows: FigureRow[] = [];
  for (let at = Math.floor(start / seconds) * seconds; at < start + length * stepSeconds; at += seconds) {
    const [from, to] = [(at - start) / stepSeconds, (at + seconds - start) / stepSeconds];
    const values = Object.entries(samples.values).map(([name, all]) => [name, averageOf(all.slice(Math.max(0, from), to))]);
    rows.push({ at, values: Object.fromEntries(values) as FigureRow['values'] });
  }
  const heard = rows.findIndex(({ values }) => Object.values(values).some((value) => value !== null));
  return heard < 0 ? [] : rows.slice(heard).reverse();
}
