import { CliError, exitCodes } from '../cli-error';
import type { Context } from '../context';

/** What is waited for, and for how long. */
export interface WaitedFor {
  /** For the message when it took too long: `instance ID states ["running"]`. */
  readonly what: string;
  /** Undefined: no limit. */
  readonly timeoutMs: number | undefined;
  /** The command that goes on waiting, for who interrupts this one. */
  readonly follow?: string;
}

/** Ends a wait: at the end of its time, or by Ctrl-C. Its signal's reason is the error that the command ends with. Close it. */
export class Patience {
  private readonly over = new AbortController();
  private readonly undo: readonly (() => void)[];

  constructor({ clock, terminal }: Context, { what, timeoutMs, follow }: WaitedFor) {
    const startedMs = clock.monotonicMs();
    const interrupt = terminal.onInterrupt(() => {
      const next = follow === undefined ? [] : ['what was asked for goes on; follow it:', `  ${follow}`];
      this.over.abort(new CliError(undefined, 'interrupted', { exit: exitCodes.interrupted, next }));
    });
    const tooLate = (): void => {
      const message = `timeout waiting for ${what} (elapsed ${Math.round((clock.monotonicMs() - startedMs) / 1000)}s)`;
      const next = follow === undefined ? {} : { next: [`go on waiting: ${follow}`] };
      this.over.abort(new CliError('Timeout', message, { exit: exitCodes.timeout, ...next }));
    };
    this.undo = [interrupt, ...(timeoutMs === undefined ? [] : [clock.after(timeoutMs, tooLate)])];
  }

  get signal(): AbortSignal {
    return this.over.signal;
  }

  close(): void {
    for (const undo of this.undo) undo();
  }
}
