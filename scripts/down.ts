import { Installation, stopAll } from '@nereid/infra-local';
import { readFlags, say, type Verb } from './verb';

export const run: Verb = async (args) => {
  readFlags(args, {});
  const installation = Installation.find();
  if (!installation) {
    say('Nothing of this checkout runs.');
    return 0;
  }
  const endTurn = installation.takeTurn('down');
  try {
    const stopped = await stopAll(installation);
    say(stopped.length > 0 ? `Stopped: ${stopped.join(', ')}.` : 'Nothing of this checkout runs.');
  } finally {
    endTurn();
  }
  return 0;
};
