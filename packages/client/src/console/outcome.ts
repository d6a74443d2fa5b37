import { consoleCloseCodes } from '@nereid/contracts/light';
import type { ConsoleOutcome } from './console-connection';

const byNode: Record<Exclude<ConsoleOutcome['reason'], 'disconnected'>, string> = {
  'exited': 'What ran at the console has ended.',
  'stopped': 'The instance stopped.',
  'idle': 'Nothing was typed and nothing came for a while.',
  'agent-stopping': "The server's agent restarts. The instance runs on.",
  'hung-up': 'The connection fell silent.',
  'broken': 'Part of the session was lost on the way.',
};

const byDoor: Readonly<Record<number, string>> = {
  [consoleCloseCodes.goingAway]: 'The door of the cloud restarts.',
  [consoleCloseCodes.badFrame]: 'The door did not understand what was sent.',
  [consoleCloseCodes.nodeSilent]: 'The server does not answer.',
  [consoleCloseCodes.signedOut]: 'The operator is signed out.',
  [consoleCloseCodes.tooSlow]: 'What came was taken in too slowly.',
};

const byRefusal: Readonly<Record<string, string>> = {
  InUse: 'Somebody types at this console.',
  MachineStopped: 'The instance does not run.',
  ServiceUnavailable: 'The server does not answer.',
  Timeout: 'The server does not answer.',
  TooManyRequests: 'As many people look at this console as may.',
};

/** Why a session ended or could not begin, for the one who sat there. */
export function endingText(outcome: ConsoleOutcome): string {
  if (outcome.reason !== 'disconnected') return outcome.message ?? byNode[outcome.reason];
  if (outcome.code === consoleCloseCodes.refused) return byRefusal[outcome.message] ?? `It was refused: ${outcome.message}.`;
  return byDoor[outcome.code] ?? 'The connection broke.';
}

/** Somebody else has the keyboard. */
export function isTaken(outcome: ConsoleOutcome): boolean {
  return outcome.reason === 'disconnected' && outcome.code === consoleCloseCodes.refused && outcome.message === 'InUse';
}
