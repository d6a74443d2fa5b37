import { openSync } from 'node:fs';
import { CliError, exitCodes } from '../cli-error';

/** The person, or the program, at the other end. */
export interface Terminal {
  /** Whether a person reads what is printed. */
  readonly isInteractive: boolean;
  /** How large the terminal is that stdout leads to; undefined when it leads elsewhere. */
  readonly size: { readonly columns: number; readonly rows: number } | undefined;
  /** Lines to stdout. */
  print(...lines: string[]): void;
  /** Text to stdout as it is. */
  write(text: string): void;
  /** Lines to stderr. */
  complain(...lines: string[]): void;
  /** Lines on stderr below everything else, in place of the last ones: for an interactive terminal. Each must fit into a line of it. */
  status(lines: readonly string[]): void;
  /** Leaves the status where it is; what is printed next comes below it. */
  leaveStatus(): void;
  /** Calls `act` instead of ending when Ctrl-C is typed; the answer undoes that. */
  onInterrupt(act: () => void): () => void;
  /** Everything that waits on stdin. */
  readInput(): Promise<string>;
  /** One line from the person, even when stdin and stdout lead elsewhere. @throws CliError there is no terminal */
  ask(question: string, isSecret?: boolean): Promise<string>;
}

/** The process's own streams. A reader that went away (`| head -1`) ends the process quietly. */
export class ProcessTerminal implements Terminal {
  readonly isInteractive = process.stdout.isTTY === true && process.stderr.isTTY === true;
  /** Lines of the status on the screen. */
  private below: readonly string[] = [];

  constructor() {
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit(0);
    });
  }

  get size(): Terminal['size'] {
    const { isTTY, columns, rows } = process.stdout;
    // Some terminals say that they are nothing wide.
    return isTTY ? { columns: columns || 80, rows: rows || 24 } : undefined;
  }

  print(...lines: string[]): void {
    if (lines.length > 0) this.write(`${lines.join('\n')}\n`);
  }

  write(text: string): void {
    this.above(() => process.stdout.write(text));
  }

  complain(...lines: string[]): void {
    if (lines.length > 0) this.above(() => process.stderr.write(`${lines.join('\n')}\n`));
  }

  status(lines: readonly string[]): void {
    const up = this.below.length === 0 ? '' : `\x1b[${this.below.length}A\x1b[J`;
    process.stderr.write(`${up}${lines.map((line) => `${line}\n`).join('')}`);
    this.below = lines;
  }

  leaveStatus(): void {
    this.below = [];
  }

  /** Text goes where the status begins, and the status comes again below it. */
  private above(write: () => void): void {
    const lines = this.below;
    if (lines.length > 0) this.status([]);
    write();
    if (lines.length > 0) this.status(lines);
  }

  onInterrupt(act: () => void): () => void {
    process.on('SIGINT', act);
    return () => process.off('SIGINT', act);
  }

  async readInput(): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString('utf8');
  }

  async ask(question: string, isSecret = false): Promise<string> {
    let fd: number;
    try {
      fd = openSync('/dev/tty', 'r+');
    } catch (cause) {
      throw new CliError('Setup', `there is no terminal to ask "${question.trim()}" at`, { cause });
    }
    const { ReadStream, WriteStream } = await import('node:tty');
    const { createInterface } = await import('node:readline');
    const output = new WriteStream(openSync('/dev/tty', 'w'));
    output.write(question);
    const input = new ReadStream(fd);
    if (isSecret) input.setRawMode(true);
    // A secret is not echoed: readline writes nowhere then.
    const lines = createInterface({ input, ...(isSecret ? {} : { output }), terminal: true });
    try {
      return await new Promise<string>((resolve, reject) => {
        lines.once('line', resolve);
        lines.once('SIGINT', () => reject(new CliError(undefined, 'interrupted', { exit: exitCodes.interrupted })));
      });
    } finally {
      lines.close();
      input.destroy();
      if (isSecret) output.write('\n');
      output.destroy();
    }
  }
}
