// How an app becomes one file that needs nothing beside it: the settings that agent, cli and provider share.
// Workspace packages are taken from their sources, so that nothing has to be built before.
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

const workspaceSources = {
  name: 'workspace-sources',
  setup(it) {
    it.onResolve({ filter: /^@nereid\// }, ({ path }) => {
      const [, name, part = 'index'] = path.split('/');
      return { path: join(root, 'packages', name, 'src', `${part}.ts`) };
    });
  },
};

/** The text of a bundle that begins at `entry`, a path below the repository. `more` are settings of esbuild for this one. */
export async function bundled(entry, more = {}) {
  const { outputFiles } = await build({ ...settings(entry, more), write: false });
  return outputFiles[0].text;
}

/** Writes `apps/<app>/dist/<file>`, an executable, from the app's `src/main.ts`. `more` are settings of esbuild for this one. */
export async function bundle(app, file, more = {}) {
  const outfile = join(root, 'apps', app, 'dist', file);
  await build({ ...settings(`apps/${app}/src/main.ts`, more), outfile, banner: { js: '#!/usr/bin/env node' } });
  await chmod(outfile, 0o755);
}

function settings(entry, { plugins = [], ...more }) {
  return {
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'warning',
    // Readable names in stack traces cost nothing; white space does.
    keepNames: true,
    minifyWhitespace: true,
    minifySyntax: true,
    ...more,
    entryPoints: [join(root, entry)],
    plugins: [...plugins, workspaceSources],
  };
}
