/** How often values of each range occurred, the lowest first; a range ends before its second number. */
export type Ranges = readonly (readonly [readonly [low: number, high: number], number])[];

/** The value below which `fraction` of the events lie, taking each range as evenly filled; undefined of nothing. */
export function quantile(ranges: Ranges, fraction: number): number | undefined {
  const wanted = fraction * ranges.reduce((sum, [, count]) => sum + count, 0);
  let before = 0;
  for (const [[low, high], count] of ranges) {
    if (count > 0 && before + count >= wanted) return low + ((wanted - before) / count) * (high - low);
    before += count;
  }
  return undefined;
}

const units = [
  ['s', 1e9],
  ['ms', 1e6],
  ['µs', 1e3],
] as const;

/** Nanoseconds in the largest unit of which there is one whole, with three digits; empty when there is nothing. */
export function shownTime(ns: number | undefined): string {
  if (ns === undefined) return '';
  const [name, size] = units.find(([, each]) => ns >= each) ?? ['ns', 1];
  return `${Number((ns / size).toPrecision(3))}${name}`;
}
