import { DriverError, type TaskContext, type DriverErrorCode } from '@nereid/driver';
import { CommandFailed, type RunOptions, type RunResult, type Runner } from '@nereid/ports';

type Argv = readonly [string, ...string[]];

/** Longest that any program on a node may take when the task leaves it that long. */
const programTimeoutMs = 30_000;

/** Runs the system's programs for one step of a task, and turns what goes wrong into the driver's errors. */
export class Programs {
  constructor(private readonly runner: Runner) {}

  /** Stdout of a program that succeeded. @throws DriverError with `step` and the end of what it said */
  async run(step: string, argv: Argv, options: Partial<RunOptions> & { readonly ctx?: TaskContext } = {}): Promise<string> {
    const result = await this.try(step, argv, options);
    if (result.code !== 0) throw failure(step, argv, result);
    return result.stdout;
  }

  /** Whatever the exit code. @throws DriverError Unavailable the program is not installed; Timeout */
  async try(step: string, argv: Argv, options: Partial<RunOptions> & { readonly ctx?: TaskContext } = {}): Promise<RunResult> {
    const { ctx, ...rest } = options;
    const timeoutMs = Math.max(1, Math.min(rest.timeoutMs ?? programTimeoutMs, ctx?.deadline.remainingMs() ?? programTimeoutMs));
    try {
      return await this.runner.run(argv, { ...rest, timeoutMs, ...(ctx && { signal: ctx.signal }) });
    } catch (cause) {
      if (ctx?.signal.aborted) throw new DriverError('Timeout', `${step}: the task's time was over`, { step, cause });
      throw new DriverError('Unavailable', `${argv[0]} cannot be run: ${cause instanceof Error ? cause.message : String(cause)}`, {
        step,
        cause,
      });
    }
  }
}

const signs: readonly (readonly [RegExp, DriverErrorCode])[] = [
  [/dataset is busy|device or resource busy/i, 'Busy'],
  [/dataset does not exist|no such pool/i, 'NotFound'],
  [/out of space|no space left/i, 'NoSpace'],
  [/quota exceeded/i, 'Quota'],
  [/size is less than current used or reserved space/i, 'TooSmall'],
  [/already exists|File exists/i, 'Exists'],
  [/zfs-fuse daemon is running|\/dev\/zfs/i, 'Unavailable'],
];

/** The driver's error for a program that failed. */
export function failure(step: string, argv: Argv, result: RunResult): DriverError {
  const cause = new CommandFailed(argv, result);
  if (result.timedOut) return new DriverError('Timeout', `${step}: ${argv[0]} took too long`, { step, stderr: result.stderr, cause });
  const code = signs.find(([sign]) => sign.test(result.stderr))?.[1] ?? 'Internal';
  return new DriverError(code, `${step}: ${cause.message}`, { step, stderr: result.stderr, cause });
}
