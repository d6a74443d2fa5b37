// Date.now() counts whole milliseconds, too coarse beside timestamps of PostgreSQL. The monotonic clock is finer; where it stands is found at
// the moment when Date.now() goes on by one.
let offsetMs = 0;
let foundAt = -Infinity;
const driftsAfterMs = 10_000;

/** Now, in ms since 1970 with fractions, by the system's clock, as PostgreSQL's clock_timestamp() tells it. Good to some 0.01 ms. */
export function wallClockMs(): number {
  if (performance.now() - foundAt > driftsAfterMs) find();
  return performance.now() + offsetMs;
}

function find(): void {
  const before = Date.now();
  let now = before;
  while (now === before) now = Date.now();
  foundAt = performance.now();
  offsetMs = now - foundAt;
}
