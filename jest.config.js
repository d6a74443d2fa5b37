// Unit tests stand beside the code (`*.spec.ts`); tests that need PostgreSQL, NATS or Redis are `*.db-spec.ts` or `*.int-spec.ts`
// beside it; what goes through public doors is in tests/. `./dev test [area]` chooses.
const { readFileSync } = require('node:fs');

// The build's settings, less `exclude`: builds leave specs out, tests are made of them.
const { exclude: _, $schema: __, ...settings } = JSON.parse(readFileSync(`${__dirname}/.swcrc`, 'utf8'));
const swc = ['@swc/jest', { ...settings, swcrc: false }];
const base = {
  rootDir: __dirname,
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': swc },
  moduleNameMapper: {
    '^@nereid-app/([^/]+)$': '<rootDir>/apps/$1/src/index.ts',
    '^@nereid/([^/]+)$': '<rootDir>/packages/$1/src/index.ts',
    '^@nereid/([^/]+)/([^/]+)$': '<rootDir>/packages/$1/src/$2.ts',
  },
  modulePathIgnorePatterns: ['/dist/', '<rootDir>/.nereid/'],
};
module.exports = {
  maxWorkers: 2,
  projects: [{ ...base, displayName: 'unit', testMatch: ['<rootDir>/{apps,packages,infra,scripts}/**/*.spec.ts'] }],
};
