import type { Readable } from 'node:stream';
import type { GuestTerminal, TerminalEnd } from '@nereid/driver';
import type { TerminalSize } from '@nereid/contracts';
import type { Sink, Source } from './source';

/** A program of the session's own. Read only as fast as the client takes it, so a program that floods waits, and nothing piles up here. */
export class ProgramSource implements Source {
  private readonly outputs: readonly (readonly ['data' | 'error', Readable])[];

  /** @param onReadable there may be something to pump @param onEnd the program has ended and all it wrote was sent */
  constructor(
    private readonly program: GuestTerminal,
    onReadable: () => void,
    onEnd: (end: TerminalEnd) => void,
  ) {
    const { output, errors } = program;
    this.outputs = [['data', output] as const, ...(errors ? [['error', errors] as const] : [])];
    const read = this.outputs.map(
      ([, stream]) => new Promise<void>((resolve) => stream.on('readable', onReadable).once('close', resolve).once('end', resolve)),
    );
    program.input.on('error', () => undefined); // it ended before it read everything
    void Promise.all([program.ended, ...read]).then(([end]) => onEnd(end));
  }

  pump(sink: Sink): void {
    for (const [type, stream] of this.outputs) {
      while (sink.credit > 0) {
        const chunk = stream.read(Math.min(stream.readableLength, sink.credit)) as Buffer | null;
        if (chunk === null) break;
        sink.send(type, chunk);
      }
      // An end that nobody reads is never told.
      if (stream.readableLength === 0 && !stream.readableEnded) stream.read(0);
    }
  }

  type(bytes: Buffer, done: () => void): void {
    if (this.program.input.writable) this.program.input.write(bytes, () => done());
    else done();
  }

  endOfInput(): void {
    this.program.input.end();
  }

  resize(size: TerminalSize): void {
    this.program.resize(size);
  }

  signal(name: string): void {
    if (signals.has(name)) this.program.signal(`SIG${name}` as NodeJS.Signals);
  }

  close(): void {
    this.program.close();
  }
}

const signals: ReadonlySet<string> = new Set([
  'HUP',
  'INT',
  'QUIT',
  'TERM',
  'KILL',
  'USR1',
  'USR2',
  'CONT',
  'STOP',
  'TSTP',
  'WINCH',
  'ALRM',
]);
