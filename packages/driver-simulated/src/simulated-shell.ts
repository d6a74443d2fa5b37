import { PassThrough, Writable } from 'node:stream';
import type { TerminalSize } from '@nereid/contracts';
import type { GuestTerminal, TerminalEnd } from '@nereid/driver';

const programs = ['cat', 'echo', 'exit', 'help', 'hostname', 'sh', 'stty'];
const outputBytesMax = 64 * 1024;

/** Whether a simulated guest has this program. */
export function knowsProgram(name: string): boolean {
  return programs.includes(name);
}

/** What is going on at one terminal, or between pipes: enough of a shell for people to see that somebody is there, and for tests. */
export class SimulatedShell implements GuestTerminal {
  readonly output = new PassThrough({ highWaterMark: outputBytesMax });
  readonly errors: PassThrough | undefined;
  readonly input: Writable;
  readonly ended: Promise<TerminalEnd>;
  /** Told of everything that is written, read or not. */
  tap: (text: string) => void = () => undefined;
  private over: (end: TerminalEnd) => void = () => undefined;
  private isOver = false;
  private unwritten = '';
  private line = '';

  /** @param terminal undefined: between pipes @param onEnd what else is to know of its end */
  constructor(
    private readonly hostname: string,
    private terminal: TerminalSize | undefined,
    private readonly onEnd: (shell: SimulatedShell) => void = () => undefined,
  ) {
    this.errors = terminal ? undefined : new PassThrough({ highWaterMark: outputBytesMax });
    this.ended = new Promise((resolve) => (this.over = resolve));
    this.input = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        if (this.take) this.take(chunk, done);
        else {
          this.type(chunk.toString('utf8'));
          this.flush();
          done();
        }
      },
      final: (done) => {
        this.end({ exitCode: 0 });
        done();
      },
    });
    this.input.on('error', () => undefined);
  }

  /** A program that reads everything itself. */
  private take: ((chunk: Buffer, done: () => void) => void) | undefined;

  prompt(): void {
    this.write(`${this.hostname}# `);
    this.flush();
  }

  /** Runs one command as the whole program. */
  run(command: readonly string[]): void {
    if (command[0] === 'cat' && command.length === 1) {
      this.take = (chunk, done) => void (this.output.write(chunk) ? done() : this.output.once('drain', done));
      return;
    }
    const code = this.perform(command);
    this.end({ exitCode: code });
  }

  resize(size: TerminalSize): void {
    if (this.terminal) this.terminal = size;
  }

  signal(): void {
    if (!this.terminal) this.end({ exitCode: 143 });
  }

  close(): void {
    this.end({});
  }

  /** What a terminal does with keys: shows them, and hands over lines. */
  private type(keys: string): void {
    for (const key of keys) {
      if (this.isOver) return;
      if (key === '\r' || key === '\n') {
        this.write('\r\n');
        const words = this.line.split(/\s+/).filter(Boolean);
        this.line = '';
        if (words[0] === 'exit') return this.end({ exitCode: Number(words[1] ?? 0) & 255 });
        if (words.length > 0) this.perform(words);
        this.prompt();
      } else if (key === '\x7f') {
        if (this.line !== '') this.write('\b \b');
        this.line = this.line.slice(0, -1);
      } else if (key === '\x03') {
        this.line = '';
        this.write('^C\r\n');
        this.prompt();
      } else if (key === '\x04' && this.line === '') {
        return this.end({ exitCode: 0 });
      } else if (key >= ' ' && this.line.length < 1000) {
        this.line += key;
        this.write(key);
      }
    }
  }

  private perform([name, ...args]: readonly string[]): number {
    if (name === 'echo') this.say(args.join(' '));
    else if (name === 'hostname') this.say(this.hostname);
    else if (name === 'help' || name === 'sh') this.say(`This instance is simulated. It knows: ${programs.join(', ')}.`);
    else if (name === 'stty' && args[0] === 'size' && this.terminal) this.say(`${this.terminal.rows} ${this.terminal.columns}`);
    else if (name === 'exit') return Number(args[0] ?? 0) & 255;
    else return this.complain(name === 'cat' ? `cat: ${args[0] ?? '-'}: No such file` : `${name ?? ''}: not found`);
    return 0;
  }

  private say(text: string): void {
    this.write(`${text}${this.terminal ? '\r\n' : '\n'}`);
  }

  private complain(text: string): number {
    if (this.errors) this.errors.write(`${text}\n`);
    else this.say(text);
    return 1;
  }

  private write(text: string): void {
    this.unwritten += text;
  }

  /** Nobody reads: nothing is kept beyond the buffer, as a console lets go of it. */
  private flush(): void {
    const text = this.unwritten;
    this.unwritten = '';
    if (text === '') return;
    this.tap(text);
    if (this.output.writableLength < outputBytesMax) this.output.write(text);
  }

  private end(end: TerminalEnd): void {
    if (this.isOver) return;
    this.isOver = true;
    this.flush();
    this.output.end();
    this.errors?.end();
    this.input.destroy();
    this.onEnd(this);
    this.over(end);
  }
}
