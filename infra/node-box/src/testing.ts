import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '@nereid/testkit';
import { missingForBox } from './leftovers';

const root = join(__dirname, '..', '..', '..');

interface JestReport {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/**
 * Runs the tests of the calling file in a server of its own: outside a box the whole file is run once more inside a fresh one and its results
 * become the tests here; inside, `tests` are the tests. So nothing that goes wrong in them can touch the machine.
 */
export function describeInBox(file: string, tests: () => void): void {
  if (process.env.NEREID_BOX !== undefined) return tests();
  describeWith('a node box', missingForBox())('in a box', () => {
    if (missingForBox() !== undefined) {
      it('runs', () => undefined); // skipped, with the reason
      return;
    }
    const { report, output } = runInside(file);
    const results = report?.testResults.flatMap((result) => result.assertionResults) ?? [];
    if (results.length === 0) it('runs', () => Promise.reject(new Error(`${report?.testResults[0]?.message ?? ''}\n${output}`)));
    for (const { fullName, status, failureMessages } of results) {
      it(fullName, () => {
        if (status !== 'passed') throw new Error(`${status} in the box: ${failureMessages.join('\n')}`);
      });
    }
    if (output !== '' && process.env.NEREID_SHOW_BOX) process.stderr.write(output);
  });
}

function runInside(file: string): { report: JestReport | undefined; output: string } {
  const folder = mkdtempSync(join(tmpdir(), 'nereid-in-box-'));
  try {
    const reportFile = join(folder, 'report.json');
    const jest = [join(root, 'node_modules', 'jest', 'bin', 'jest.js'), '--selectProjects', 'integration', '--runInBand', '--json'];
    const inner = [process.execPath, ...jest, '--outputFile', reportFile, '--runTestsByPath', file];
    const argv = ['-r', join(root, 'scripts', 'run-typescript.js'), join(root, 'infra', 'node-box', 'src', 'run-inside.ts'), ...inner];
    const ran = spawnSync(process.execPath, argv, { cwd: root, encoding: 'utf8', timeout: 300_000, maxBuffer: 64 * 1024 * 1024 });
    const report = existsSync(reportFile) ? (JSON.parse(readFileSync(reportFile, 'utf8')) as JestReport) : undefined;
    return { report, output: `${ran.stdout}${ran.stderr}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
