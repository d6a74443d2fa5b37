// One file to copy to a server. Workspace packages are taken from their sources, so that nothing has to be built before.
import { writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const workspace = {
  name: 'workspace-sources',
  setup(it) {
    it.onResolve({ filter: /^@nereid\// }, ({ path }) => {
      const [, name, part = 'index'] = path.split('/');
      return { path: `${root}packages/${name}/src/${part}.ts` };
    });
  },
};

await build({
  entryPoints: [`${root}apps/agent/src/main.ts`],
  outfile: `${root}apps/agent/dist/agent.js`,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  sourcemap: 'linked',
  keepNames: true,
  banner: { js: '#!/usr/bin/env node' },
  plugins: [workspace],
  logLevel: 'warning',
  // Readable names in stack traces cost nothing here; white space does.
  minifyWhitespace: true,
  minifySyntax: true,
});
// `dist/main.js` as in every other app, for what starts apps by that name.
await writeFile(`${root}apps/agent/dist/main.js`, "require('./agent.js');\n");
