import { spawnSync } from 'node:child_process';

/** Of a terminal that nobody sees. */
export const usualSize = { columns: 80, rows: 24 };

/** The process's own streams as bytes, for a program elsewhere. */
export class ProcessStreams {
  /** Whether somebody sits at both ends. */
  readonly isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;

  /** Begins to show: what comes earlier waits until the terminal is ready for it. */
  begin: () => void = () => undefined;
  private readonly begun = new Promise<void>((resolve) => (this.begin = resolve));

  /** Calls when the terminal has another size. */
  onResize(act: () => void): void {
    process.stdout.on('resize', act);
  }

  /** Calls instead of ending when a signal comes. */
  onSignal(signals: readonly ('SIGINT' | 'SIGTERM' | 'SIGHUP')[], act: (signal: string) => void): void {
    for (const signal of signals) process.on(signal, () => act(signal));
  }

  /** Every key comes as it is typed, Ctrl-C too, and every byte is shown as it came. The answer undoes that, and is safe to repeat. */
  raw(): () => void {
    process.stdin.setRawMode(true);
    // Node leaves the terminal to turn \n into \r\n, which the far end's terminal has done already. Undone with all else.
    spawnSync('stty', ['-opost'], { stdio: ['inherit', 'ignore', 'ignore'] });
    return () => {
      if (process.stdin.isRaw) process.stdin.setRawMode(false);
    };
  }

  /** Hands on what comes in, the next when the one before is through. */
  onInput(take: (bytes: Buffer) => Promise<void>, onEnd: () => void): void {
    const { stdin } = process;
    stdin.on('data', (bytes: Buffer) => {
      stdin.pause();
      void take(bytes).then(() => stdin.resume());
    });
    stdin.once('end', onEnd);
    stdin.once('error', onEnd);
  }

  /** Shows, once begun; `done` when it is out. */
  write(bytes: Uint8Array, done: () => void): void {
    void this.begun.then(() => process.stdout.write(bytes, done));
  }

  writeError(bytes: Uint8Array, done: () => void): void {
    void this.begun.then(() => process.stderr.write(bytes, done));
  }

  /** Lets go of what would keep the process. */
  close(): void {
    process.stdin.removeAllListeners('data');
    process.stdin.destroy();
  }
}
