import { spawn } from 'node:child_process';

export interface LineProgramOptions {
  /** The whole environment besides PATH and LANG=C. */
  readonly env?: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
  /** Once, whatever ended it; with the end of what it said to stderr. */
  readonly onEnd: (stderr: string) => void;
}

/** A program that runs until it is stopped and says a line now and then. */
export interface LineProgram {
  /** Kills it (SIGKILL). Safe to repeat; `onEnd` follows. */
  stop(): void;
}

/** Starts such programs, by argument vector, never through a shell. */
export interface LinePrograms {
  start(argv: readonly [string, ...string[]], options: LineProgramOptions): LineProgram;
}

const plainEnv = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C' };
const keptOfStderr = 4096;
/** A line longer than this is cut: nothing that we start says one, and memory is not to be had for the asking. */
const longestLine = 16 * 1024 * 1024;

export class SystemLinePrograms implements LinePrograms {
  start(argv: readonly [string, ...string[]], options: LineProgramOptions): LineProgram {
    const [program, ...args] = argv;
    const child = spawn(program, args, { env: { ...plainEnv, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let rest = '';
    let said = '';
    let ended = false;
    const end = (): void => {
      if (ended) return;
      ended = true;
      options.onEnd(said.trim());
    };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop()!.slice(0, longestLine);
      if (!ended) for (const line of lines) options.onLine(line);
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said = (said + chunk).slice(-keptOfStderr)));
    child.on('error', (error) => {
      said = error.message;
      end();
    });
    child.on('close', end);
    return { stop: () => void child.kill('SIGKILL') };
  }
}
