// The layers of docs/architecture.md §3 as lint rules. A test (config/lint-layers.spec.ts) plants a breach of each and sees it refused.

/** Packages that may be imported from a folder; everything else of the workspace is refused there. */
const may = {
  'packages/contracts': [],
  'packages/ports': [],
  'packages/http-signature': [],
  'packages/bus': ['ports', 'contracts'],
  'packages/client': ['ports', 'contracts', 'http-signature'],
  'packages/driver': ['ports', 'contracts'],
  'packages/driver-linux': ['ports', 'contracts', 'driver'],
  'packages/driver-simulated': ['ports', 'contracts', 'driver'],
  'packages/driver-smartos': ['ports', 'contracts', 'driver'],
  'packages/database': ['ports', 'contracts', 'testkit'], // the kit in its specs
  'packages/platform': ['ports', 'contracts', 'bus', 'database'],
  'packages/workflow': ['ports', 'contracts', 'bus', 'database', 'platform', 'testkit'],
  'packages/testkit': ['ports', 'contracts', 'bus', 'client', 'database', 'http-signature', 'platform'],
  'apps/adminui': ['contracts', 'client'],
  'apps/cli': ['ports', 'contracts', 'client', 'http-signature'],
  'apps/agent': ['ports', 'contracts', 'bus', 'driver', 'driver-linux', 'driver-simulated', 'driver-smartos', 'testkit'],
  'apps/terraform-provider': ['ports', 'contracts', 'client', 'http-signature'],
};
const packages = [
  'contracts', 'ports', 'http-signature', 'bus', 'client', 'driver', 'driver-linux', 'driver-simulated', 'driver-smartos',
  'database', 'platform', 'workflow', 'testkit',
]; // prettier-ignore

const natsOnlyInBus = { group: ['@nats-io/*', 'nats'], message: 'Only packages/bus speaks NATS; use its Bus.' };
const noApps = {
  group: ['@nereid-app/*', '**/apps/*/**'],
  message: 'No app imports another; apps meet through contracts (only standalone composes them).',
};
const noDrivers = { group: ['@nereid/driver-*'], message: 'Only the agent imports drivers.' };
const noNest = { group: ['@nestjs/*'], message: 'Nest is for services; drivers, the agent and what they share are plain TypeScript.' };
const noDeep = { group: ['@nereid/*/src/*', '@nereid/*/dist/*'], message: "Import through the package's exports." };
const noSql = {
  group: ['pg', '@prisma/*', '**/generated/prisma/**'],
  message: 'SQL stays in repositories (*.repository.ts) and packages/database.',
};

function restrict(files, patterns, ignores = []) {
  return { files, ignores, rules: { 'no-restricted-imports': ['error', { patterns }] } };
}

const everywhere = restrict(['**/*.{ts,tsx}'], [natsOnlyInBus, noApps, noDrivers, noDeep, noSql]);

const perFolder = Object.entries(may).map(([folder, allowed]) => {
  const refused = packages
    .filter((p) => !allowed.includes(p) && !folder.endsWith(`/${p}`))
    .flatMap((p) => [`@nereid/${p}`, `@nereid/${p}/*`]);
  const patterns = [noApps, noDeep, { group: refused, message: `${folder} may not depend on this package (docs/architecture.md §3).` }];
  if (folder !== 'packages/bus') patterns.push(natsOnlyInBus);
  if (!['packages/platform', 'packages/workflow', 'packages/testkit'].includes(folder)) patterns.push(noNest);
  if (!['packages/database', 'packages/testkit', 'packages/workflow'].includes(folder)) patterns.push(noSql);
  return restrict([`${folder}/src/**/*.{ts,tsx}`], patterns);
});

const standalone = restrict(['apps/standalone/src/**/*.ts'], [natsOnlyInBus, noDrivers, noDeep, noSql]);
const repositories = restrict(['apps/*/src/**/*.repository.ts', 'apps/*/src/**/*.db-spec.ts'], [natsOnlyInBus, noApps, noDrivers, noDeep]);
const infraAndTests = restrict(['infra/**/*.ts', 'tests/**/*.ts', 'bench/**/*.ts', 'scripts/**/*.ts'], [noApps, noDeep]);
// It describes the apps, so it reads what they declare.
const describesApps = restrict(['scripts/generate-docs.ts'], [noDeep]);

/** Ports from the first day: what a test must be able to replace is never reached for directly. The portal has a browser's clock and no other. */
const ports = {
  files: ['packages/{workflow,driver,driver-*,bus,database,platform}/src/**/*.ts', 'apps/*/src/**/*.ts'],
  ignores: ['apps/adminui/**', '**/ports/**', '**/*.spec.ts', '**/*-spec.ts', '**/fake.ts', '**/main.ts'],
  rules: {
    'no-restricted-globals': [
      'error',
      { name: 'setTimeout', message: 'Use the Clock port.' },
      { name: 'setInterval', message: 'Use the Clock port.' },
    ],
    'no-restricted-properties': [
      'error',
      { object: 'Date', property: 'now', message: 'Use the Clock port.' },
      { object: 'Math', property: 'random', message: 'Use the Random port.' },
      { object: 'performance', property: 'now', message: 'Use the Clock port.' },
      { object: 'crypto', property: 'randomUUID', message: 'Use the Ids port.' },
    ],
    'no-restricted-syntax': [
      'error',
      { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Use the Clock port.' },
      { selector: 'ImportDeclaration[source.value=/^(node:)?child_process$/]', message: 'Use the Runner port.' },
      { selector: 'ImportSpecifier[imported.name=/^(randomUUID|setTimeout|setInterval)$/]', message: 'Use the Clock and Ids ports.' },
    ],
  },
};

module.exports = { layers: [everywhere, ...perFolder, standalone, repositories, infraAndTests, describesApps, ports], may, packages };
