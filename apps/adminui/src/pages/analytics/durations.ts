const units = [
  ['s', 1e9],
  ['ms', 1e6],
  ['µs', 1e3],
  ['ns', 1],
] as const;

/** Nanoseconds for people: `10.5 ms`. */
export function duration(ns: number): string {
  const [unit, size] = units.find(([, least]) => ns >= least) ?? units[3];
  const amount = ns / size;
  return `${amount >= 100 || Number.isInteger(amount) ? Math.round(amount) : amount.toPrecision(2)} ${unit}`;
}
