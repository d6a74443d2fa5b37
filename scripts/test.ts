import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getPackages } from '@nereid/infra-local';
import { areas, groups, needsBuild, type Area } from './areas';
import { buildAll } from './build';
import { generate, runTool } from './step';
import { judge, type Inventory, type SuiteResult } from './verdict';
import { Misuse, readFlags, repository, say, type Verb } from './verb';

/** `./dev test [area …]`: every area, or those named. The last line is exactly `N passed, N failed, N skipped`. */
export const run: Verb = async (args) => {
  const { positionals, values } = readFlags(args, { only: { type: 'string' } }, true);
  const wanted = positionals.length > 0 ? positionals.map(toArea) : [...areas];
  await generate();
  // The servers and tools that tests run are Debian's, as for `./dev up`; a fresh machine has none of them.
  if (wanted.some((area) => area !== 'unit'))
    say(`Debian packages: ${getPackages(process.getuid?.() === 0, { hasBrowser: wanted.includes('browser') })}`);
  if (wanted.some((area) => needsBuild.has(area))) await buildAll();

  const results: SuiteResult[] = [];
  let isCleanExit = true;
  for (const group of groups) {
    const now = group.filter((area) => wanted.includes(area));
    if (now.length === 0) continue;
    const { suites, code } = await runJest(now, values.only);
    results.push(...suites);
    isCleanExit &&= code === 0;
  }

  const verdict = judge(results, wanted, values.only === undefined ? inventory() : undefined, repository);
  say();
  for (const skip of verdict.skips) say(`skipped: ${skip}`);
  for (const objection of verdict.objections) say(`objection: ${objection}`);
  say(`passed by area: ${[...verdict.passedIn].map(([area, count]) => `${area} ${count}`).join(', ')}`);
  const isGood = verdict.failed === 0 && verdict.objections.length === 0;
  if (isGood && !isCleanExit) say('objection: jest failed although no test did; see above');
  say(`${verdict.passed} passed, ${verdict.failed} failed, ${verdict.skipped} skipped`);
  return isGood && isCleanExit ? 0 : 1;
};

function inventory(): Inventory {
  return JSON.parse(readFileSync(join(repository, 'tests', 'inventory.json'), 'utf8')) as Inventory;
}

function toArea(name: string): Area {
  const area = areas.find((each) => each === name);
  if (!area) throw new Misuse(`unknown area "${name}" (${areas.join(', ')})`);
  return area;
}

async function runJest(projects: readonly Area[], only: string | undefined): Promise<{ suites: SuiteResult[]; code: number }> {
  const directory = mkdtempSync(join(tmpdir(), 'nereid-results-'));
  try {
    const file = join(directory, 'results.json');
    // What installs packages and sweeps is about this whole machine: one file after the other.
    const turns = projects.includes('infra') ? ['--runInBand'] : [];
    const argv = [
      'jest',
      ...turns,
      '--passWithNoTests',
      ...(only === undefined ? [] : ['--testPathPatterns', only]),
      '--selectProjects',
      ...projects,
    ];
    const { code } = await runTool(argv, true, { NEREID_TEST_RESULTS: file });
    // Jest that dies has no results; the inventory then objects to every area of this group.
    if (!existsSync(file)) return { code: code || 1, suites: [] };
    return { code, suites: JSON.parse(readFileSync(file, 'utf8')) as SuiteResult[] };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
