// One file: a small program that holds the command as a text, so that what the code cache has of it need not be parsed at each start
// (src/main.ts). Both are as short as they can be made.
import { createRequire } from 'node:module';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle, bundled } from '../../config/bundle.mjs';

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** What `*.at-build.ts` export is worked out here, once, and the bundle holds the values: see src/cloud/routes.at-build.ts. */
const valuesAtBuild = {
  name: 'values-at-build',
  setup(it) {
    it.onLoad({ filter: /\.at-build\.ts$/ }, async ({ path }) => {
      const made = { exports: {} };
      new Function('module', 'exports', 'require', await bundled(relative(root, path)))(made, made.exports, require);
      const lines = Object.entries(made.exports).map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`);
      return { contents: lines.join('\n'), loader: 'js' };
    });
  },
};

const short = { minify: true, keepNames: false };
const command = await bundled('apps/cli/src/run.ts', {
  ...short,
  plugins: [valuesAtBuild],
  // A script that is run from a text has `require`, but no `import()`.
  supported: { 'dynamic-import': false },
});
await bundle('cli', 'nereid.js', { ...short, define: { COMMAND_TEXT: JSON.stringify(command) } });
