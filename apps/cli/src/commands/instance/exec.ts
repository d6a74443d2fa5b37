import { endingText } from '@nereid/client/console';
import type { TerminalSize } from '@nereid/contracts/light';
import { CliError } from '../../cli-error';
import { findMachine } from '../../cloud/machines';
import type { Run } from '../../command/spec';
import { openSession } from '../../console/open-session';
import { ProcessStreams, usualSize } from '../../ports/streams';

/** A program may think for long before it says something. */
const idleSeconds = 86_400;
/** What shells say of a program that is not there. */
const notStarted = 127;

export const run: Run = async (context, given) => {
  const streams = new ProcessStreams();
  const size = (): TerminalSize => context.terminal.size ?? usualSize;
  const hasTerminal = given.flags.has('tty') && streams.isTerminal;
  const cloud = await context.cloud();
  const machine = await findMachine(cloud, given.args[0]!);
  const command = given.args.slice(1).filter((word, at) => at > 0 || word !== '--');
  const session = await openSession(
    cloud,
    machine.id,
    { kind: 'exec', command, idle_seconds: idleSeconds, ...(given.flags.has('tty') && size()) },
    {
      onOutput: (bytes, taken) => streams.write(bytes, taken),
      onError: (bytes, taken) => streams.writeError(bytes, taken),
    },
  ).catch((error: unknown) => {
    const isMissing = error instanceof CliError && error.code === 'InvalidArgument';
    throw isMissing ? new CliError(error.code, error.message, { ...error.detail, exit: notStarted }) : error;
  });
  await context.close(); // nothing more is asked, however long it runs
  streams.onSignal(['SIGINT', 'SIGTERM', 'SIGHUP'], (signal) => session.signal(signal.slice('SIG'.length)));
  const restore = hasTerminal ? streams.raw() : (): void => undefined;
  if (hasTerminal) streams.onResize(() => session.resize(size()));
  if (given.flags.has('no-input')) session.endInput();
  else streams.onInput((typed) => session.type(typed), () => session.endInput()); // prettier-ignore
  streams.begin();
  try {
    const outcome = await session.ended;
    if (outcome.reason !== 'disconnected' && outcome.exitCode !== undefined) return outcome.exitCode;
    throw new CliError(undefined, endingText(outcome));
  } finally {
    restore();
    streams.close();
  }
};
