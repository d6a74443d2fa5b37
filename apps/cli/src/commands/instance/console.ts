import { endingText, type ConsoleConnection, type ConsoleOutcome } from '@nereid/client/console';
import { CliError, exitCodes, usageError } from '../../cli-error';
import { findMachine, type Machine } from '../../cloud/machines';
import type { Run } from '../../command/spec';
import { EscapeKeys } from '../../console/escape-keys';
import { openSession } from '../../console/open-session';
import type { Context } from '../../context';
import { ProcessStreams, usualSize } from '../../ports/streams';

export const run: Run = async (context, given) => {
  const escape = escapeOf(given.values['escape']?.at(-1));
  const isReadOnly = given.flags.has('read-only');
  const streams = new ProcessStreams();
  if (!isReadOnly && !streams.isTerminal) throw usageError('a console wants a terminal; without one it can be watched: --read-only');
  const cloud = await context.cloud();
  const machine = await findMachine(cloud, given.args[0]!);
  const session = await openSession(
    cloud,
    machine.id,
    { mode: isReadOnly ? 'watch' : 'type' },
    {
      onOutput: (bytes, taken) => streams.write(bytes, taken),
      onSkipped: (bytes) => say(context, `${bytes} bytes left out: they came faster than this terminal shows them`),
    },
  ).catch((error: unknown) => {
    throw isTaken(error) ? taken(machine, error) : error;
  });
  await context.close(); // nothing more is asked, however long the person stays
  const seat = { name: machine.name, streams, session, escape, isReadOnly };
  const left = streams.isTerminal ? sit(context, seat) : new Promise<never>(() => undefined);
  streams.begin();
  const first = await Promise.race([left, session.ended]);
  session.close();
  streams.close();
  return typeof first === 'number' ? first : told(context, machine, first);
};

interface SeatAtTerminal {
  readonly name: string;
  readonly streams: ProcessStreams;
  readonly session: ConsoleConnection;
  readonly escape: number | undefined;
  readonly isReadOnly: boolean;
}

/** Gives the person's keys to the console until they leave, which the answer tells by an exit code. The terminal is as before when it ends. */
function sit(context: Context, { name, streams, session, escape, isReadOnly }: SeatAtTerminal): Promise<number> {
  const key = escape === undefined ? '' : String.fromCharCode(escape);
  const follow = (): void => session.resize(context.terminal.size ?? usualSize);
  follow();
  streams.onResize(follow);
  return new Promise<number>((resolve) => {
    let restore: () => void = () => undefined;
    const leave = (code: number): void => {
      restore();
      say(context, `left the console of ${name}, which goes on`);
      resolve(code);
    };
    const explain = (): void => say(context, `${key}. leaves, ${key}${key} sends ${key}, ${key}? shows this`);
    const keys = escape === undefined ? undefined : new EscapeKeys(escape, { leave: () => leave(0), explain });
    const type = (typed: Uint8Array): Promise<void> => {
      const passed = keys ? keys.pass(typed) : typed;
      if (!isReadOnly) return session.type(passed);
      if (typed.includes(ctrlC)) leave(exitCodes.interrupted);
      return Promise.resolve();
    };
    // Before the terminal is raw, for a signal that ended us would leave it so.
    streams.onSignal(['SIGTERM', 'SIGHUP'], (signal) => leave(signal === 'SIGTERM' ? 143 : 129));
    // Also of one who watches: what the terminal answers to questions of the console is not to be seen.
    restore = streams.raw();
    void session.ended.then(restore);
    if (isReadOnly) say(context, `watching the console of ${name}; Ctrl-C leaves it`);
    else say(context, `console of ${name}${escape === undefined ? '' : `; Enter and ${key}. leaves it`}`);
    streams.onInput(type, () => leave(0));
  });
}

const ctrlC = 3;

/** Among what the console shows, on a line of its own; to the beginning of a line a raw terminal goes only when told. */
function say({ terminal }: Context, text: string): void {
  terminal.complain(`\r\n[${text}]\r`);
}

/** The end, and its exit code. */
function told(context: Context, { name }: Machine, outcome: ConsoleOutcome): number {
  say(context, `the console of ${name} ended: ${endingText(outcome)}`);
  return outcome.reason === 'stopped' || outcome.reason === 'exited' ? 0 : exitCodes.failed;
}

function isTaken(error: unknown): error is CliError {
  return error instanceof CliError && error.code === 'InUseError';
}

function taken({ name }: Machine, error: CliError): CliError {
  const next = [`watch meanwhile: nereid instance console --read-only ${name}`];
  return new CliError(error.code, error.message, { ...error.detail, exit: exitCodes.refused, next });
}

/** @throws CliError it is not one key */
function escapeOf(text: string | undefined): number | undefined {
  if (text === 'none') return undefined;
  const code = (text ?? '~').charCodeAt(0);
  if ((text ?? '~').length !== 1 || code <= 32 || code > 126) throw usageError('--escape wants one character, or none');
  return code;
}
