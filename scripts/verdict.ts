import { relative } from 'node:path';
import { areaOf, type Area } from './areas';

/** What config/jest-results.js writes of a test file. */
export interface SuiteResult {
  /** Its path. */
  readonly name: string;
  readonly seconds: number;
  /** Why the file itself did not run. */
  readonly error?: string;
  readonly tests: readonly { readonly status: string; readonly fullName: string }[];
}

/** Smallest number of tests that must have passed, by area. Committed; only a change that removes tests on purpose lowers it. */
export type Inventory = Partial<Record<Area, number>>;

export interface Verdict {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Tests that passed, by area: what the inventory is compared with. */
  readonly passedIn: ReadonlyMap<Area, number>;
  /** Everything that makes the run fail, and is no failed test. */
  readonly objections: readonly string[];
  /** What was skipped for want of something; the reason is in the name. */
  readonly skips: readonly string[];
}

/**
 * Judges a whole run. Beside failed tests these make it fail: a suite that could not be loaded, a skip that did not go through
 * `capability()`, and an area in which fewer tests passed than the inventory says, so that tests cannot silently stop running. Without an
 * inventory (only some files were asked for) numbers are not judged.
 */
export function judge(results: readonly SuiteResult[], ran: readonly Area[], inventory: Inventory | undefined, root: string): Verdict {
  let failed = 0;
  const skips: string[] = [];
  const objections: string[] = [];
  const passedIn = new Map<Area, number>(ran.map((area) => [area, 0]));
  for (const suite of results) {
    const file = relative(root, suite.name);
    const area = areaOf(file);
    if (suite.error !== undefined) {
      failed++;
      objections.push(`${file} did not run: ${suite.error.trim().split('\n')[0] ?? ''}`);
    }
    for (const test of suite.tests) {
      if (test.status === 'passed') passedIn.set(area, (passedIn.get(area) ?? 0) + 1);
      else if (test.status === 'failed') failed++;
      else {
        skips.push(test.fullName);
        if (!test.fullName.includes('[needs ')) objections.push(`${file}: "${test.fullName}" is skipped without capability()`);
      }
    }
  }
  for (const area of inventory ? ran : []) {
    const wanted = inventory![area];
    const count = passedIn.get(area) ?? 0;
    if (wanted === undefined) objections.push(`tests/inventory.json says nothing about ${area} (${count} passed)`);
    else if (count < wanted) objections.push(`${area}: ${count} tests passed, tests/inventory.json wants ${wanted}`);
  }
  const passed = [...passedIn.values()].reduce((sum, count) => sum + count, 0);
  return { passed, failed, skipped: skips.length, passedIn, objections, skips };
}
