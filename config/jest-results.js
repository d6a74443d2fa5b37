// Jest's reporter for ./dev test: writes what scripts/verdict.ts judges to the file of NEREID_TEST_RESULTS. Jest's own `--json` writes the
// errors too, and gives up altogether when one of them refers to itself.
'use strict';
const { writeFileSync } = require('node:fs');

module.exports = class JestResults {
  onRunComplete(_contexts, { testResults }) {
    const file = process.env.NEREID_TEST_RESULTS;
    if (!file) return;
    const kept = testResults.map((suite) => ({
      name: suite.testFilePath,
      seconds: (suite.perfStats.end - suite.perfStats.start) / 1000,
      // Set when the file itself did not run: it does not compile, or a hook outside of any test threw.
      error: suite.testExecError?.message ?? (suite.testResults.length === 0 ? suite.failureMessage : undefined) ?? undefined,
      tests: suite.testResults.map(({ status, fullName }) => ({ status, fullName })),
    }));
    writeFileSync(file, JSON.stringify(kept));
  }
};
