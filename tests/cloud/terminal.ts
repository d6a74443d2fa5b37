import { execFileSync, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { eventually } from './eventually';

/** A command of the shell at a terminal of its own, made by Debian's `script`: what it shows, keys for it, and its size. */
export class Terminal {
  private text = '';
  /** The command's exit code. */
  readonly ended: Promise<number>;

  private constructor(private readonly script: ChildProcessWithoutNullStreams) {
    script.stdout.on('data', (chunk: Buffer) => (this.text += chunk.toString('latin1')));
    script.stderr.on('data', (chunk: Buffer) => (this.text += chunk.toString('latin1')));
    script.stdin.on('error', () => undefined); // it has ended, and that is told
    this.ended = new Promise((resolve) => script.on('close', (code) => resolve(code ?? 255)));
  }

  static run(command: string, env: Readonly<Record<string, string | undefined>>): Terminal {
    return new Terminal(
      spawn('script', ['--quiet', '--return', '--flush', '--echo', 'always', '--command', command, '/dev/null'], { env }),
    );
  }

  get shown(): string {
    return this.text;
  }

  type(keys: string): void {
    this.script.stdin.write(keys);
  }

  async until(sign: RegExp, withinMs = 60_000): Promise<void> {
    await eventually(`${sign.source} at the terminal`, async () => this.text.slice(-2_000), (text) => sign.test(text), withinMs); // prettier-ignore
  }

  /** As if somebody had dragged the corner of its window. */
  resize(columns: number, rows: number): void {
    const path = readlinkSync(`/proc/${this.childOf(this.script.pid!)}/fd/0`);
    execFileSync('stty', ['-F', path, 'cols', String(columns), 'rows', String(rows)]);
  }

  /** Sends a signal to the one program that runs there, below the shell. */
  signal(name: NodeJS.Signals): void {
    process.kill(this.childOf(this.childOf(this.script.pid!)), name);
  }

  close(): void {
    this.script.stdin.end();
    this.script.kill('SIGKILL');
  }

  private childOf(pid: number): number {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')[0]);
  }
}
