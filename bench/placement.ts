import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Figure } from './figures';

const root = join(__dirname, '..');
const servers = 10_000;
const decisions = 100_000;

/** Placement decisions on one core. An app is not imported from outside it: its own measurement runs as a process and answers in JSON. */
export async function measure(): Promise<Figure[]> {
  const bench = join(root, 'apps', 'cnapi', 'src', 'placement', 'placement.bench.ts');
  const argv = ['-r', join(root, 'scripts', 'run-typescript.js'), bench, String(servers), String(decisions)];
  const said = JSON.parse(execFileSync(process.execPath, argv, { encoding: 'utf8', timeout: 300_000 })) as Record<
    'refused' | 'perSecond' | 'p50us' | 'p99us',
    number
  >;
  const note = `${decisions} decisions over ${servers} servers, ${said.refused} refused`;
  return [
    { name: 'decisions, one core', value: said.perSecond, unit: '/s', target: { atLeast: 10_000 }, note },
    { name: 'decision p50', value: said.p50us / 1000, unit: 'ms' },
    { name: 'decision p99', value: said.p99us / 1000, unit: 'ms' },
  ];
}
