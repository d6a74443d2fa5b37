// One file that Terraform starts. Workspace packages are taken from their sources, so that nothing has to be built before.
import { chmod } from 'node:fs/promises';
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
const outfile = `${root}apps/terraform-provider/dist/terraform-provider-nereid`;

await build({
  entryPoints: [`${root}apps/terraform-provider/src/main.ts`],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  keepNames: true,
  banner: { js: '#!/usr/bin/env node' },
  plugins: [workspace],
  logLevel: 'warning',
  minifyWhitespace: true,
  minifySyntax: true,
});
await chmod(outfile, 0o755);
