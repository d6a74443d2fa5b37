import type { Readable, Writable } from 'node:stream';
import type { TerminalSize } from '@nereid/contracts';

/** A console of an instance, or a program that runs in it on somebody's behalf. */
export interface GuestTerminal {
  /** What is written there. Who reads a program's output slowly slows the program; a console does not wait, and lets the oldest go. */
  readonly output: Readable;
  /** Standard error of a program without a terminal; undefined otherwise. */
  readonly errors: Readable | undefined;
  /** What is typed. Ending it is the end of a program's input; of a console it is nothing. */
  readonly input: Writable;
  /** Of a terminal; others ignore it. */
  resize(size: TerminalSize): void;
  /** Of a program without a terminal; others ignore it. */
  signal(signal: NodeJS.Signals): void;
  /** Resolves when it is over; what was written until then can still be read. */
  readonly ended: Promise<TerminalEnd>;
  /** Ends the program; lets go of the console, which goes on without us. Safe to repeat. */
  close(): void;
}

export interface TerminalEnd {
  /** Of a program that ended: its exit code, or 128 + signal. Undefined for a console, and where it was closed by us. */
  readonly exitCode?: number;
}

/** What is to run in an instance, as its root. */
export interface GuestProgram {
  /** The program and its arguments; a login shell when empty. */
  readonly command: readonly string[];
  /** With it the program has a terminal. */
  readonly terminal: TerminalSize | undefined;
}
