import { Installation, removeState, stopAll, sweep } from '@nereid/infra-local';
import { Misuse, readFlags, say, type Verb } from './verb';

export const run: Verb = async (args) => {
  const { values } = readFlags(args, { yes: { type: 'boolean', default: false } });
  if (!values.yes) throw new Misuse('reset removes all data of this cloud; say so with --yes');
  const installation = Installation.find();
  if (!installation) {
    say('There is nothing to remove.');
    return 0;
  }
  installation.takeTurn('reset');
  await stopAll(installation);
  await sweep((trace) => trace.installation === installation.id);
  removeState(installation);
  say(`Installation ${installation.id} is gone, with its data.`);
  return 0;
};
