import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import { DriverError, type GuestProgram, type GuestTerminal, type TerminalEnd } from '@nereid/driver';
import { lastMessage } from '../instance/runtime';
import { readText } from '../limits/cgroup-tree';
import { startTerminalProcess } from '../ports/terminal-process';

/** The guest's own login shell; what of it is there is for the guest to say. */
const loginShell = ['/bin/sh', '-c', 'cd 2>/dev/null; [ -x /bin/bash ] && exec /bin/bash -l; exec /bin/sh -l'];

export interface ZoneAt {
  readonly id: string;
  readonly namespace: string;
  /** Of this program alone; made and removed here. */
  readonly folder: string;
  readonly runcRoot: string;
  readonly terminalProgram: string;
}

/**
 * Runs a program in a zone by the runtime, which gives it the zone's namespaces, control groups, rights and filter of system calls.
 * @throws DriverError Invalid with the runtime's words: the zone has no such program
 */
export async function startZoneProgram(zone: ZoneAt, { command, terminal }: GuestProgram): Promise<GuestTerminal> {
  await mkdir(zone.folder, { recursive: true, mode: 0o700 });
  const log = join(zone.folder, 'log');
  const helper = startTerminalProcess([
    ...[zone.terminalProgram, 'exec', zone.namespace, zone.folder, terminal ? `${terminal.columns}x${terminal.rows}` : '-', '--'],
    ...['runc', '--root', zone.runcRoot, '--log', log, '--log-format', 'json', 'exec', '--detach', '--pid-file', join(zone.folder, 'pid')],
    ...(terminal ? ['--tty', '--console-socket', join(zone.folder, 'tty.sock'), '--env', 'TERM=xterm-256color'] : []),
    zone.id,
    ...(command.length > 0 ? command : loginShell),
  ] as unknown as [string, ...string[]]);
  let exitCode: number | undefined;
  const lines = createInterface({ input: helper.control });
  const started = new Promise<boolean>((resolve) => {
    lines.on('line', (line) => {
      const [word, number] = line.split(' ');
      if (word === 'exit') exitCode = Number(number);
      if (word === 'started' || word === 'error') resolve(word === 'started');
    });
    void helper.exited.then(() => resolve(false));
  });
  if (!(await started)) {
    const said = lastMessage(readText(log) ?? '');
    await rm(zone.folder, { recursive: true, force: true });
    throw new DriverError('Invalid', `the program cannot be run: ${said}`, { step: 'exec', stderr: said });
  }
  const closed = new Promise<void>((resolve) => helper.control.once('close', resolve));
  const ended = helper.exited.then(async (): Promise<TerminalEnd> => {
    await closed; // its last line has been read
    await rm(zone.folder, { recursive: true, force: true });
    return exitCode === undefined ? {} : { exitCode };
  });
  const say = (line: string): void => void (helper.control.writable && helper.control.write(`${line}\n`));
  return {
    output: helper.stdout,
    errors: terminal ? undefined : helper.stderr,
    input: helper.stdin,
    resize: ({ columns, rows }) => say(`size ${columns} ${rows}`),
    signal: (signal) => say(`signal ${constants.signals[signal]}`),
    ended,
    close: () => {
      helper.control.destroy();
      helper.stdin.destroy();
      helper.stdout.destroy();
      helper.stderr.destroy();
    },
  };
}
