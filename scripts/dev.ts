import { Misuse, type Verb } from './verb';

// The file of each verb, which exports it as `run`. Loaded when asked for, so that `./dev status` does not wait for the rest.
const verbs: Record<string, string> = {
  up: './up',
  down: './down',
  reset: './reset',
  status: './status',
  logs: './logs',
  psql: './psql',
  migrate: './migrate',
  triton: './triton',
  nereid: './nereid',
  terraform: './terraform',
  check: './check',
  test: './test',
  bench: './bench',
  leftovers: './leftovers',
  sweep: './sweep',
};

async function main([name, ...args]: string[]): Promise<number> {
  const file = name === undefined || !Object.hasOwn(verbs, name) ? undefined : verbs[name];
  if (!file) throw new Misuse(`unknown verb "${name}"`);
  const { run } = module.require(file) as { run: Verb };
  return run(args);
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    if (error instanceof Misuse) {
      process.stderr.write(`dev: ${error.message}; see ./dev help\n`);
      process.exitCode = 2;
      return;
    }
    const text = error instanceof Error ? (process.env['NEREID_DEBUG'] ? error.stack : error.message) : String(error);
    process.stderr.write(`dev: ${text}\n`);
    process.exitCode = 1;
  },
);
