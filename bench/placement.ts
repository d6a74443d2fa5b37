// Placement decisions a second on one core with 10,000 servers: `./dev bench placement [servers] [decisions]`.
// An app is not imported from outside it; its bench runs as a process of its own.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(__dirname, '..');
const bench = join(root, 'apps/cnapi/src/placement/placement.bench.ts');
const ran = spawnSync(process.execPath, ['-r', join(root, 'scripts/run-typescript.js'), bench, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exitCode = ran.status ?? 1;
