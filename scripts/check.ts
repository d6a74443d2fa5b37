import { generate, runTool, sayStep, type Outcome } from './step';
import { readFlags, say, type Verb } from './verb';

const tsc = ['node', 'node_modules/typescript7/bin/tsc', '--noEmit', '-p', 'tsconfig.json'];

// What each step runs. Layers are part of the lint (config/lint-layers.js). A package with generated, committed files has a script
// `check:generated` that makes them again elsewhere and compares.
const steps: Record<string, readonly string[]> = {
  format: ['prettier', '--check', '--log-level', 'warn', '--cache', '--cache-location', '.cache/prettier', '.'],
  types: tsc,
  portal: ['node', 'node_modules/typescript7/bin/tsc', '--noEmit', '-p', 'apps/adminui/tsconfig.json'], // a browser's types, not Node's
  lint: ['eslint', '--cache', '--cache-location', '.cache/eslint', '--max-warnings', '0', '.'],
  generated: ['pnpm', '-r', '--if-present', '--workspace-concurrency', '1', 'run', 'check:generated'],
  unit: ['jest', '--selectProjects', 'unit'],
};

/** `./dev check`: every step runs, whatever failed before; what failed is shown at the end. */
export const run: Verb = async (args) => {
  readFlags(args, {});
  await generate();
  const failed: [string, Outcome][] = [];
  for (const [name, argv] of Object.entries(steps)) {
    const outcome = await runTool(argv);
    sayStep(name, outcome);
    if (outcome.code !== 0) failed.push([name, outcome]);
  }
  for (const [name, { output }] of failed) say(`\n── ${name} ${'─'.repeat(60)}\n${output.trimEnd()}`);
  say(failed.length === 0 ? '\nAll good.' : `\nFailed: ${failed.map(([name]) => name).join(', ')}`);
  return failed.length === 0 ? 0 : 1;
};
