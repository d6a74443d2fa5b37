import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { keepsTarget, type Figure } from './figures';

/** Keeps the figures of one measurement as JSON beside the others, with what they were measured on and what else the machine was doing. */
export function keepResult(name: string, figures: readonly Figure[]): void {
  const folder = join(__dirname, 'results');
  mkdirSync(folder, { recursive: true });
  const machine = {
    cores: cpus().length,
    cpu: cpus()[0]?.model.trim(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    /** Of the minute before; this measurement itself takes part in it. */
    loadAverage: loadavg()[0],
  };
  const commit = execFileSync('git', ['-C', __dirname, 'rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const result = {
    name,
    at: new Date().toISOString(),
    commit,
    machine,
    figures: figures.map((figure) => ({ ...figure, kept: keepsTarget(figure) })),
  };
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(result, undefined, 2)}\n`);
}
