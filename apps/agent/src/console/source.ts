import type { TerminalSize } from '@nereid/contracts';

/** What a session shows and may type into: a program of its own, or a share of a console. */
export interface Source {
  /** Sends what there is, as far as `sink` has credit. Called again whenever it has more. */
  pump(sink: Sink): void;
  /** Typed bytes; `done` when they are taken in. */
  type(bytes: Buffer, done: () => void): void;
  endOfInput(): void;
  resize(size: TerminalSize): void;
  signal(name: string): void;
  /** Ends the program, or leaves the console. Safe to repeat. */
  close(): void;
}

/** Where a source sends to. */
export interface Sink {
  readonly credit: number;
  /** Answers how many of the bytes were sent. */
  send(type: 'data' | 'error', bytes: Uint8Array): number;
  skipped(bytes: number): void;
}
