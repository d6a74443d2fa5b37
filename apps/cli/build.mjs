// One file that needs nothing beside it. Workspace packages are taken from their sources, so that nothing has to be built before.
// What `*.at-build.ts` export is worked out here, once, and the bundle holds the values: see src/cloud/routes.at-build.ts.
import { createRequire } from 'node:module';
import { chmod } from 'node:fs/promises';
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const require = createRequire(import.meta.url);

const workspace = {
  name: 'workspace-sources',
  setup(it) {
    it.onResolve({ filter: /^@nereid\// }, ({ path }) => {
      const [, name, part = 'index'] = path.split('/');
      return { path: `${root}packages/${name}/src/${part}.ts` };
    });
  },
};

const atBuild = {
  name: 'values-at-build',
  setup(it) {
    it.onLoad({ filter: /\.at-build\.ts$/ }, async ({ path }) => {
      const { outputFiles } = await build({ ...shared, entryPoints: [path], plugins: [workspace], format: 'cjs', write: false });
      const made = { exports: {} };
      new Function('module', 'exports', 'require', outputFiles[0].text)(made, made.exports, require);
      const lines = Object.entries(made.exports).map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`);
      return { contents: lines.join('\n'), loader: 'js' };
    });
  },
};

const shared = { bundle: true, platform: 'node', target: 'node20', logLevel: 'warning' };
const output = `${root}apps/cli/dist/nereid.js`;

await build({
  ...shared,
  entryPoints: [`${root}apps/cli/src/main.ts`],
  outfile: output,
  format: 'cjs',
  keepNames: false,
  minify: true,
  banner: { js: '#!/usr/bin/env node' },
  plugins: [workspace, atBuild],
});
await chmod(output, 0o755);
