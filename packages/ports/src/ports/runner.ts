import { spawn } from 'node:child_process';

export interface RunOptions {
  /** The program is killed (SIGKILL) after this long. Always given: nothing on a node may hang for ever. */
  readonly timeoutMs: number;
  /** Output kept of each stream; what is longer is cut and `truncated` says so. 1 MiB unless told. */
  readonly maxBytes?: number;
  readonly stdin?: string | Buffer;
  /** The whole environment. PATH and LANG=C alone unless told. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
  /**
   * `discard`: the program writes to /dev/null. For programs that leave something running behind, which would hold a pipe open for ever.
   */
  readonly output?: 'keep' | 'discard';
}

export interface RunResult {
  /** Exit code; undefined when a signal ended it. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly truncated: boolean;
  readonly timedOut: boolean;
}

/** Runs other programs, by argument vector, never through a shell. */
export interface Runner {
  /** Answers whatever the exit code. @throws Error when the program cannot be started or the signal aborts. */
  run(argv: readonly [string, ...string[]], options: RunOptions): Promise<RunResult>;
}

/** A program that ended badly: what was run and the end of what it said. */
export class CommandFailed extends Error {
  constructor(
    readonly argv: readonly string[],
    readonly result: RunResult,
  ) {
    const why = result.timedOut ? 'timed out' : `exit ${result.code ?? 'by signal'}`;
    super(`${argv.slice(0, 3).join(' ')}: ${why}: ${result.stderr.slice(-4096).trim() || result.stdout.slice(-1024).trim()}`);
    this.name = 'CommandFailed';
  }
}

/** Runs and answers stdout; anything but exit 0 throws CommandFailed. */
export async function runOrThrow(runner: Runner, argv: readonly [string, ...string[]], options: RunOptions): Promise<string> {
  const result = await runner.run(argv, options);
  if (result.code !== 0) throw new CommandFailed(argv, result);
  return result.stdout;
}

const plainEnv = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C' };

export class SystemRunner implements Runner {
  run(argv: readonly [string, ...string[]], options: RunOptions): Promise<RunResult> {
    const [program, ...args] = argv;
    const maxBytes = options.maxBytes ?? 1024 * 1024;
    const output = options.output === 'discard' ? 'ignore' : 'pipe';
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, {
        env: options.env ?? plainEnv,
        cwd: options.cwd,
        signal: options.signal,
        killSignal: 'SIGKILL',
        stdio: [options.stdin === undefined ? 'ignore' : 'pipe', output, output],
      });
      const out = collector(maxBytes);
      const err = collector(maxBytes);
      let timedOut = false;
      const timer = setTimeout(() => {
        timedOut = true;
        child.kill('SIGKILL');
      }, options.timeoutMs);
      child.stdout?.on('data', out.add);
      child.stderr?.on('data', err.add);
      child.on('error', (error) => {
        clearTimeout(timer);
        reject(error);
      });
      child.on('close', (code) => {
        clearTimeout(timer);
        resolve({ code: code ?? undefined, stdout: out.text(), stderr: err.text(), truncated: out.cut() || err.cut(), timedOut });
      });
      if (options.stdin !== undefined) {
        child.stdin!.on('error', () => undefined); // the program may end without reading; its exit code tells
        child.stdin!.end(options.stdin);
      }
    });
  }
}

function collector(maxBytes: number): { add: (chunk: Buffer) => void; text: () => string; cut: () => boolean } {
  const chunks: Buffer[] = [];
  let kept = 0;
  let cut = false;
  return {
    add: (chunk) => {
      const room = maxBytes - kept;
      if (chunk.length > room) cut = true;
      if (room <= 0) return;
      const part = chunk.subarray(0, room);
      chunks.push(part);
      kept += part.length;
    },
    text: () => Buffer.concat(chunks).toString('utf8'),
    cut: () => cut,
  };
}
