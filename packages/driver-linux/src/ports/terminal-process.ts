import { spawn, type ChildProcess } from 'node:child_process';
import type { Duplex, Readable, Writable } from 'node:stream';

/** A program with which we talk while it runs: its standard streams, and a socket of its own at descriptor 3. */
export interface TerminalProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly control: Duplex;
  /** Resolves with the exit code, or with undefined when a signal ended it or it could not be started. */
  readonly exited: Promise<number | undefined>;
}

/** Starts it. It is told of the end of this process by the end of its descriptor 3. */
export function startTerminalProcess(argv: readonly [string, ...string[]]): TerminalProcess {
  const [program, ...args] = argv;
  const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C' };
  const child: ChildProcess = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe', 'pipe'] });
  const exited = new Promise<number | undefined>((resolve) => {
    child.on('error', () => resolve(undefined));
    child.on('exit', (code) => resolve(code ?? undefined));
  });
  const control = child.stdio[3] as Duplex;
  for (const stream of [child.stdin!, child.stdout!, child.stderr!, control]) stream.on('error', () => undefined); // its exit tells
  return { stdin: child.stdin!, stdout: child.stdout!, stderr: child.stderr!, control, exited };
}
