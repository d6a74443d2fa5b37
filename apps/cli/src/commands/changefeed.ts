import type { ChangefeedListener, ChangefeedMessage, Refusal } from '@nereid/client/changefeed';
import { CliError, exitCodes } from '../cli-error';
import { openChangefeed } from '../cloud/changefeed';
import { asError } from '../cloud/cloud';
import { shortId } from '../cloud/ids';
import { machineId } from '../cloud/machines';
import type { Run } from '../command/spec';
import type { Terminal } from '../ports/terminal';

/** Ctrl-C, which is how everybody leaves. */
const left = new Error('left');
const aWhileMs = 86_400_000;

export const run: Run = async (context, { flags, values }) => {
  const { terminal, clock } = context;
  const named = values['instances']?.flatMap((list) => list.split(',')).filter((text) => text !== '');
  const cloud = await context.cloud();
  const vms = named && (await Promise.all(named.map((text) => machineId(cloud, text))));
  const over = new AbortController();
  const undo = terminal.onInterrupt(() => over.abort(left));
  const feed = await openChangefeed(
    cloud,
    clock,
    listenerOf(terminal, flags.has('json'), (error) => over.abort(error)),
    vms,
  );
  try {
    for (;;) await clock.sleep(aWhileMs, over.signal);
  } catch (reason) {
    if (reason !== left) throw reason;
  } finally {
    feed.close();
    undo();
  }
};

function listenerOf(terminal: Terminal, isJson: boolean, refused: (error: Error) => void): ChangefeedListener {
  let wasInterrupted = false;
  return {
    onLive: () => {
      if (wasInterrupted) terminal.complain('connected again; what changed in between is not shown');
      wasInterrupted = false;
    },
    onMessage: (message, text) => terminal.print(isJson ? text : shown(message)),
    onInterrupted: (why) => {
      if (!wasInterrupted) terminal.complain(`interrupted: ${why}; connecting again`);
      wasInterrupted = true;
    },
    onRefused: (refusal) => refused(asCliError(refusal)),
  };
}

/** As the triton command shows it, but for the state, which it shows twice as the services call it. */
function shown({ published, changeKind, resourceState, resourceObject, changedResourceId }: ChangefeedMessage): string {
  return [
    `Change (${new Date(Number(published)).toISOString()}) =>`,
    `    modified: ${changeKind.subResources.join(',')}`,
    `    state: ${resourceObject?.state ?? resourceState}`,
    `    internal state: ${resourceState}`,
    `    object: ${shortId(changedResourceId)}`,
  ].join('\n');
}

function asCliError({ status, statusText = '', headers = {}, text, cause }: Refusal): Error {
  if (status === undefined)
    return cause instanceof CliError ? cause : new CliError(undefined, `the changefeed ended: ${text}`, { exit: exitCodes.refused });
  const requestId = headers['request-id'] ?? headers['x-request-id'];
  return asError({ status, statusText, headers, text, requestId: typeof requestId === 'string' ? requestId : undefined });
}
