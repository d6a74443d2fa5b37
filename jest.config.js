// Unit tests stand beside the code (`*.spec.ts`); tests that need PostgreSQL (`*.db-spec.ts`), or NATS, Redis and other processes too
// (`*.int-spec.ts`), as well; what goes through public doors is in tests/. `./dev test [area]` chooses.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

// The build's settings, but for its exclusion of specs.
const { exclude: _, $schema: __, ...settings } = JSON.parse(readFileSync(join(__dirname, '.swcrc'), 'utf8'));
const swc = ['@swc/jest', { ...settings, swcrc: false, sourceMaps: 'inline' }];
const base = {
  rootDir: __dirname,
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': swc },
  moduleNameMapper: {
    '^@nereid-app/([^/]+)$': '<rootDir>/apps/$1/src/index.ts',
    '^@nereid/infra-([^/]+)$': '<rootDir>/infra/$1/src/index.ts',
    '^@nereid/infra-([^/]+)/([^/]+)$': '<rootDir>/infra/$1/src/$2.ts',
    '^@nereid/([^/]+)$': '<rootDir>/packages/$1/src/index.ts',
    '^@nereid/([^/]+)/([^/]+)$': '<rootDir>/packages/$1/src/$2.ts',
  },
  modulePathIgnorePatterns: ['/dist/', '<rootDir>/.nereid/'],
  globalSetup: '<rootDir>/config/jest-run.js',
};
const project = (displayName, ...testMatch) => ({ ...base, displayName, testMatch: testMatch.map((match) => `<rootDir>/${match}`) });

module.exports = {
  maxWorkers: 2,
  testTimeout: 120_000,
  // A worker of 450 MB that has nothing left to do took more than Jest's half second to end on a busy machine (measured: 11 ms to its `exit`, then
  // the heap was given back), and was reported as leaking. One that really leaks is still found, only later.
  workerGracefulExitTimeout: 30_000,
  testSequencer: '<rootDir>/config/jest-order.js',
  reporters: ['default', '<rootDir>/config/jest-results.js'],
  projects: [
    project('unit', '{apps,packages,infra,scripts,config,tests,bench}/**/*.spec.ts'),
    project('db', '{apps,packages}/**/*.db-spec.ts'),
    project('integration', '{apps,packages}/**/*.int-spec.ts'),
    project('infra', '{infra,scripts}/**/*.int-spec.ts'),
    project('e2e', 'tests/{analytics,api,cli,terraform,checker,console}/**/*.test.ts'),
    project('browser', 'tests/browser/**/*.test.ts'),
    project('chaos', 'tests/chaos/**/*.test.ts'),
  ],
};
