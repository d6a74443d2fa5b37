/**
 * The only way a test may be skipped: it names what the machine lacks, and the run's last lines repeat it. On a machine that has everything
 * nothing skips, and the inventory (tests/inventory.json) fails a run in which an area ran fewer tests than it must.
 *
 * @example capability('a real Linux node', missingForLinuxNode())('runs a zone', async () => { … })
 * @param missing what is not there and how to get it; undefined when everything is there
 * @returns jest's `it`, or `it.skip` under the test's name with the reason behind it
 */
export function capability(
  name: string,
  missing: string | undefined,
): (test: string, act: () => Promise<void>, timeoutMs?: number) => void {
  if (missing === undefined) return (test, act, timeoutMs) => it(test, act, timeoutMs);
  return (test, act, timeoutMs) => it.skip(`${test} [needs ${name}: ${missing}]`, act, timeoutMs);
}

/** The same for a whole suite. */
export function describeWith(name: string, missing: string | undefined): (suite: string, tests: () => void) => void {
  if (missing === undefined) return (suite, tests) => describe(suite, tests);
  return (suite, tests) => describe.skip(`${suite} [needs ${name}: ${missing}]`, tests);
}
