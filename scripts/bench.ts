import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from '../bench/figures';
import { asTable } from '../bench/figures';
import { keepResult } from '../bench/result-file';
import { buildAll } from './build';
import { Misuse, readFlags, repository, say, type Verb } from './verb';

/** All measurements, in the order in which `./dev bench` takes them: the short ones first. */
const names = ['placement', 'memory', 'cli', 'control-plane', 'zone', 'burst', 'portal', 'up'] as const;

export const run: Verb = async (args) => {
  const { positionals } = readFlags(args, {}, true);
  const wanted = positionals.length > 0 ? positionals : [...names];
  const unknown = wanted.find((name) => !(names as readonly string[]).includes(name));
  if (unknown) throw new Misuse(`no bench "${unknown}"; there are ${names.join(', ')}`);
  await buildAll();
  const all: Figure[] = [];
  let failed = 0;
  for (const name of wanted) {
    const file = join(repository, 'bench', `${name}.ts`);
    if (!existsSync(file)) throw new Misuse(`no file ${file}`);
    say(`${name} …`);
    try {
      const { measure } = module.require(file) as { measure: () => Promise<Figure[]> };
      const figures = await measure();
      keepResult(name, figures);
      say(`${asTable(figures)}\n`);
      all.push(...figures.map((figure) => ({ ...figure, name: `${name}: ${figure.name}` })));
    } catch (error) {
      failed++;
      say(`${name} could not be measured: ${(error as Error).message}\n`);
    }
  }
  if (wanted.length > 1) say(asTable(all));
  return failed === 0 ? 0 : 1; // a target missed is a figure, not a failure of the measurement
};
