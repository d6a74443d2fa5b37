import { judge, type SuiteResult } from './verdict';

function run(...tests: [file: string, status: string, name?: string][]): SuiteResult[] {
  return tests.map(([file, status, fullName = 'does it']) => ({ name: `/repo/${file}`, seconds: 1, tests: [{ status, fullName }] }));
}

describe('the verdict on a test run', () => {
  it('counts and has no objection when every area ran what the inventory wants', () => {
    const results = run(
      ['apps/vmapi/src/a.spec.ts', 'passed'],
      ['apps/vmapi/src/b.db-spec.ts', 'passed'],
      ['tests/cli/c.test.ts', 'passed'],
    );
    expect(judge(results, ['unit', 'db', 'e2e'], { unit: 1, db: 1, e2e: 1 }, '/repo')).toEqual({
      passed: 3,
      failed: 0,
      skipped: 0,
      passedIn: new Map([
        ['unit', 1],
        ['db', 1],
        ['e2e', 1],
      ]),
      objections: [],
      skips: [],
    });
  });

  it('objects when an area ran fewer tests than it must', () => {
    const verdict = judge(
      run(['packages/bus/src/a.int-spec.ts', 'passed']),
      ['integration', 'chaos'],
      { integration: 2, chaos: 1 },
      '/repo',
    );
    expect(verdict.objections).toEqual([
      'integration: 1 tests passed, tests/inventory.json wants 2',
      'chaos: 0 tests passed, tests/inventory.json wants 1',
    ]);
  });

  it('does not count failed and skipped tests as run', () => {
    const verdict = judge(
      run(['tests/chaos/a.test.ts', 'failed'], ['tests/chaos/b.test.ts', 'pending', 'x [needs runc: no]']),
      ['chaos'],
      { chaos: 1 },
      '/repo',
    );
    expect(verdict).toMatchObject({ passed: 0, failed: 1, skipped: 1, objections: [expect.stringContaining('wants 1')] });
  });

  it('objects to an area that the inventory does not know', () => {
    expect(judge([], ['infra'], {}, '/repo').objections).toEqual(['tests/inventory.json says nothing about infra (0 passed)']);
  });

  it('objects to a skip that names nothing missing', () => {
    expect(judge(run(['scripts/a.spec.ts', 'pending']), ['unit'], { unit: 0 }, '/repo').objections).toEqual([
      'scripts/a.spec.ts: "does it" is skipped without capability()',
    ]);
  });

  it('counts a file that could not be loaded as a failure', () => {
    const broken: SuiteResult = { name: '/repo/scripts/a.spec.ts', seconds: 0, error: 'SyntaxError', tests: [] };
    expect(judge([broken], ['unit'], { unit: 0 }, '/repo')).toMatchObject({
      failed: 1,
      objections: ['scripts/a.spec.ts did not run: SyntaxError'],
    });
  });
});
