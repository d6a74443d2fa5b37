// First thing `./dev` runs, and all that may run before the packages are there: plain JavaScript, Node's own modules only.
// Installs the npm packages when the lock file has changed, then hands over to dev.ts.
'use strict';
const { createHash } = require('node:crypto');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const root = path.dirname(__dirname);
const pnpm = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')).packageManager;
const stamp = path.join(root, 'node_modules', '.installed');

/** Everything that decides what an install does. */
function wanted() {
  const hash = createHash('sha256');
  for (const file of ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(fs.readFileSync(path.join(root, file)));
  return hash.digest('hex');
}

function isInstalled() {
  return fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted();
}

function install() {
  const startedAt = performance.now();
  process.stderr.write('npm packages … ');
  // A lock, for two commands may start at once in one checkout; the second finds the work done.
  fs.mkdirSync(path.join(root, '.cache'), { recursive: true });
  const argv = ['npx', '--yes', pnpm, 'install', '--frozen-lockfile', '--prefer-offline'];
  const result = spawnSync('flock', [path.join(root, '.cache', 'install.lock'), ...argv], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    env: { ...process.env, CI: 'true' }, // never a question
  });
  if (result.status !== 0) {
    process.stderr.write(`failed\n${result.stdout ?? ''}${result.stderr ?? ''}${result.error ?? ''}\n`);
    process.exit(1);
  }
  fs.writeFileSync(stamp, wanted());
  process.stderr.write(`${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`dev: Node 20.19 or newer is needed, this is ${process.versions.node}\n`);
  process.exit(1);
}
if (!isInstalled()) install();

require('./run-typescript.js');
require('./dev.ts');
