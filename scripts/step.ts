import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { repository, say } from './verb';

/** Environment of tools: pnpm and the workspace's programs first on the path, nobody calls home. */
export const toolEnv: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: `${join(repository, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}`,
  TURBO_TELEMETRY_DISABLED: '1',
  CHECKPOINT_DISABLE: '1',
  DO_NOT_TRACK: '1',
};

export interface Outcome {
  readonly code: number;
  readonly output: string;
  readonly seconds: number;
}

/** Runs a tool in the checkout and keeps what it says; with `show`, also shows it as it comes. */
export function runTool(argv: readonly string[], show = false, env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const [program, ...args] = argv;
    const child = spawn(program!, args, { cwd: repository, env: { ...toolEnv, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    const take = (chunk: Buffer): void => {
      chunks.push(chunk);
      if (show) process.stdout.write(chunk);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    const done = (code: number): void =>
      resolve({ code, output: Buffer.concat(chunks).toString('utf8'), seconds: (performance.now() - startedAt) / 1000 });
    child.on('error', (error) => {
      chunks.push(Buffer.from(`${error.message}\n`));
      done(127);
    });
    child.on('close', (code) => done(code ?? 128));
  });
}

/** Makes what is generated (the Prisma client). Nothing to do takes half a second. */
export async function generate(): Promise<void> {
  const argv = ['turbo', 'run', 'generate', '--output-logs=errors-only', '--no-update-notifier'];
  const { code, output } = await runTool(argv);
  if (code !== 0) throw new Error(`turbo run generate failed\n${output}`);
}

/** Prints a step's line when it ends: name, duration, how it went. */
export function sayStep(name: string, outcome: Outcome): void {
  say(`${outcome.code === 0 ? 'ok    ' : 'FAILED'}  ${name.padEnd(12)} ${outcome.seconds.toFixed(1).padStart(6)} s`);
}
