import { relative } from 'node:path';
import { areaOf, type Area } from './areas';

/** The part of `jest --json` that is read here. */
export interface JestResults {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly status: 'passed' | 'failed' | 'skipped' | 'pending' | 'focused';
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** Smallest number of tests that must have passed, by area. Committed; only a change that removes tests on purpose lowers it. */
export type Inventory = Partial<Record<Area, number>>;

export interface Verdict {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Everything that makes the run fail, and is no failed test. */
  readonly objections: readonly string[];
  /** What was skipped for want of something; the reason is in the name. */
  readonly skips: readonly string[];
}

/**
 * Judges a whole run. Beside failed tests these make it fail: a suite that could not be loaded, a skip that did not go through
 * `capability()`, and an area in which fewer tests passed than the inventory says, so that tests cannot silently stop running.
 */
export function judge(results: readonly JestResults[], ran: readonly Area[], inventory: Inventory, root: string): Verdict {
  let failed = 0;
  const skips: string[] = [];
  const objections: string[] = [];
  const passedIn = new Map<Area, number>(ran.map((area) => [area, 0]));
  for (const suite of results.flatMap((each) => each.testResults)) {
    const file = relative(root, suite.name);
    const area = areaOf(file);
    if (suite.status === 'failed' && !suite.assertionResults.some((test) => test.status === 'failed')) {
      failed++; // the file itself: it does not compile, or a hook threw
      objections.push(`${file} did not run: ${suite.message.trim().split('\n')[0] ?? ''}`);
    }
    for (const test of suite.assertionResults) {
      if (test.status === 'passed') passedIn.set(area, (passedIn.get(area) ?? 0) + 1);
      else if (test.status === 'failed') failed++;
      else {
        skips.push(test.fullName);
        if (!test.fullName.includes('[needs ')) objections.push(`${file}: "${test.fullName}" is skipped without capability()`);
      }
    }
  }
  for (const area of ran) {
    const wanted = inventory[area];
    const count = passedIn.get(area) ?? 0;
    if (wanted === undefined) objections.push(`tests/inventory.json says nothing about ${area} (${count} passed)`);
    else if (count < wanted) objections.push(`${area}: ${count} tests passed, tests/inventory.json wants ${wanted}`);
  }
  const passed = [...passedIn.values()].reduce((sum, count) => sum + count, 0);
  return { passed, failed, skipped: skips.length, objections, skips };
}
