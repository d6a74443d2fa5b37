import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { transformSync, type Options } from '@swc/core';
import { runTool } from './step';
import { repository } from './verb';

// Does what `turbo run build` does, in one process: that starts two programs for each of two dozen packages, half a second each, which is
// more than everything else in `./dev up` together. turbo stays for whoever builds one package, and for what is generated.

const settingsFile = join(repository, '.swcrc');

/**
 * Compiles what has changed since it was compiled, removes what has no source any more, and bundles the portal and what is one file. Answers
 * how many files it wrote.
 */
export async function buildAll(): Promise<number> {
  const portal = bundlePortal(); // a process of its own: it runs beside what follows
  const {
    exclude,
    $schema: _,
    ...settings
  } = JSON.parse(readFileSync(settingsFile, 'utf8')) as Options & { exclude: string[]; $schema: string };
  const isLeftOut = (file: string): boolean => exclude.some((pattern) => new RegExp(pattern).test(file));
  let written = 0;
  for (const folder of packagesWith('swc src -d dist')) {
    const sources = filesBelow(join(folder, 'src')).filter((file) => file.endsWith('.ts') && !isLeftOut(file));
    const outputs = new Map(
      sources.map((source) => [join(folder, 'dist', relative(join(folder, 'src'), source)).replace(/\.ts$/, '.js'), source]),
    );
    for (const [output, source] of outputs) {
      if (isNewer(output, source, settingsFile)) continue;
      const options: Options = {
        ...settings,
        swcrc: false,
        configFile: false,
        filename: source,
        sourceFileName: relative(dirname(output), source),
      };
      mkdirSync(dirname(output), { recursive: true });
      writeFileSync(output, transformSync(readFileSync(source, 'utf8'), options).code);
      written++;
    }
    for (const file of filesBelow(join(folder, 'dist'))) if (!outputs.has(file)) rmSync(file);
  }
  for (const [app, file] of bundles) written += await bundle(app, file);
  return written + (await portal);
}

/** The portal is a folder of files for a browser, made from its own sources and those of the client that it uses. */
async function bundlePortal(): Promise<number> {
  const home = join(repository, 'apps', 'adminui');
  const sources = [
    join(home, 'src'),
    join(home, 'public'),
    join(repository, 'packages', 'client'),
    join(repository, 'packages', 'contracts'),
  ];
  const files = [...['index.html', 'vite.config.ts', 'compress.ts'].map((name) => join(home, name)), join(repository, 'pnpm-lock.yaml')];
  const isSource = (file: string): boolean => !/\/(dist|node_modules)\//.test(file);
  if (isNewer(join(home, 'dist', 'index.html'), ...files, ...sources.flatMap(filesBelow).filter(isSource))) return 0;
  const { code, output: said } = await runTool(['pnpm', '--dir', home, 'exec', 'vite', 'build']);
  if (code !== 0) throw new Error(`bundling the portal failed\n${said}`);
  return 1;
}

/** Apps that are one file, made from the sources of every package they may use. */
const bundles = [
  ['agent', 'main.js'],
  ['cli', 'nereid.js'],
  ['terraform-provider', 'terraform-provider-nereid'],
] as const;

/** Makes an app's one file when a source is newer. Answers how many files it wrote. */
export async function bundle(app: string, file: string): Promise<number> {
  const output = join(repository, 'apps', app, 'dist', file);
  const folders = [join(repository, 'apps', app), ...list(join(repository, 'packages')).map((name) => join(repository, 'packages', name))];
  const sources = folders.flatMap((folder) => filesBelow(join(folder, 'src')));
  const how = [join(repository, 'apps', app, 'build.mjs'), join(repository, 'config', 'bundle.mjs'), join(repository, 'pnpm-lock.yaml')];
  if (isNewer(output, ...how, ...sources)) return 0;
  const { code, output: said } = await runTool(['node', `apps/${app}/build.mjs`]);
  if (code !== 0) throw new Error(`bundling ${app} failed\n${said}`);
  return 1;
}

function packagesWith(build: string): string[] {
  return ['apps', 'packages', 'infra'].flatMap((folder) =>
    list(join(repository, folder))
      .map((name) => join(repository, folder, name))
      .filter((path) => {
        const file = join(path, 'package.json');
        if (!existsSync(file)) return false;
        const { scripts } = JSON.parse(readFileSync(file, 'utf8')) as { scripts?: Record<string, string> };
        return scripts?.['build']?.startsWith(build) ?? false;
      }),
  );
}

function isNewer(output: string, ...sources: string[]): boolean {
  const made = modifiedAt(output);
  return made !== undefined && sources.every((source) => (modifiedAt(source) ?? 0) <= made);
}

function modifiedAt(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function list(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
