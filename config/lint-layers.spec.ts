import { join } from 'node:path';
import { ESLint, type Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { layers } from './lint-layers.js';

/** One breach of each rule: what must be refused, and where. The file need not exist; only its path and text count. */
const breaches: readonly (readonly [rule: string, file: string, text: string, says: RegExp])[] = [
  ['the portal sees parts of services', 'apps/adminui/src/x.tsx', `import '@nereid/bus';`, /may not depend on this package/],
  ['an app imports another', 'apps/vmapi/src/x.ts', `import '@nereid-app/cnapi';`, /No app imports another/],
  ['a package imports an app', 'packages/platform/src/x.ts', `import '@nereid-app/cnapi';`, /No app imports another/],
  ['a driver sees the bus', 'packages/driver-linux/src/x.ts', `import '@nereid/bus';`, /may not depend on this package/],
  ['a driver sees Nest', 'packages/driver-linux/src/x.ts', `import '@nestjs/common';`, /Nest/],
  ['the agent sees Nest', 'apps/agent/src/x.ts', `import '@nestjs/common';`, /Nest/],
  ['the provider sees the bus', 'apps/terraform-provider/src/x.ts', `import '@nereid/bus';`, /may not depend on this package/],
  ['a driver sees the database', 'packages/driver-simulated/src/x.ts', `import 'pg';`, /SQL stays/],
  ['the bus sees the platform', 'packages/bus/src/x.ts', `import '@nereid/platform';`, /may not depend on this package/],
  ['contracts see anything', 'packages/contracts/src/x.ts', `import '@nereid/bus';`, /may not depend on this package/],
  ['SQL outside a repository', 'apps/vmapi/src/vms/vms.service.ts', `import 'pg';`, /SQL stays in repositories/],
  ['NATS outside the bus', 'apps/vmapi/src/vms/vms.handler.ts', `import '@nats-io/transport-node';`, /Only packages\/bus speaks NATS/],
  ['NATS in a repository', 'apps/vmapi/src/vms/vms.repository.ts', `import '@nats-io/nkeys';`, /Only packages\/bus speaks NATS/],
  ['a service imports a driver', 'apps/cnapi/src/x.ts', `import '@nereid/driver-simulated';`, /Only the agent imports drivers/],
  ['a deep import', 'apps/cnapi/src/x.ts', `import '@nereid/bus/src/bus';`, /Import through the package's exports/],
  ['the clock in a workflow', 'packages/workflow/src/x.ts', `export const at = Date.now();`, /Use the Clock port/],
  ['the clock, other spelling', 'apps/agent/src/x.ts', `export const at = new Date();`, /Use the Clock port/],
  ['a timer in the agent', 'apps/agent/src/x.ts', `setTimeout(() => undefined, 1);`, /Use the Clock port/],
  [
    'a timer by import',
    'apps/agent/src/x.ts',
    `import { setTimeout } from 'node:timers/promises'; void setTimeout(1);`,
    /Clock and Ids ports/,
  ],
  ['randomness in a workflow', 'packages/workflow/src/x.ts', `export const x = Math.random();`, /Use the Random port/],
  ['ids in a service', 'apps/vmapi/src/x.ts', `import { randomUUID } from 'node:crypto'; randomUUID();`, /Clock and Ids ports/],
  ['a process in a driver', 'packages/driver-linux/src/x.ts', `import 'node:child_process';`, /Use the Runner port/],
];

const root = join(__dirname, '..');

describe('the layers', () => {
  // Without the rules of types, which need files that exist; the planted ones do not, and the layers need no types.
  const parser = { files: ['**/*.{ts,tsx}'], languageOptions: { parser: tseslint.parser } } as Linter.Config;
  const eslint = new ESLint({ cwd: root, overrideConfigFile: true, overrideConfig: [parser, ...layers] });

  it.each(breaches)('refuse: %s', async (_rule, file, text, says) => {
    const [result] = await eslint.lintText(text, { filePath: join(root, file) });
    const messages = result!.messages.map((each) => each.message);
    expect(messages).toEqual(expect.arrayContaining([expect.stringMatching(says)]));
  });

  it.each([
    ['standalone composes the apps', 'apps/standalone/src/main.ts', `import '@nereid-app/vmapi';`],
    ['the agent imports drivers', 'apps/agent/src/x.ts', `import '@nereid/driver-linux';`],
    ['a repository speaks SQL', 'apps/vmapi/src/vms/vms.repository.ts', `import 'pg';`],
    ['the bus speaks NATS', 'packages/bus/src/x.ts', `import '@nats-io/transport-node';`],
    ['a port is where the clock is read', 'packages/bus/src/ports/x.ts', `export const at = Date.now();`],
  ])('allow: %s', async (_rule, file, text) => {
    const [result] = await eslint.lintText(text, { filePath: join(root, file) });
    expect(result!.messages).toEqual([]);
  });
});
