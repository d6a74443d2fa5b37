import { boxesPerInstallation, summary, up } from '@nereid/infra-local';
import { Progress } from '@nereid/infra-local/progress';
import { buildAll } from './build';
import { Misuse, readFlags, say, type Verb } from './verb';

export const run: Verb = async (args) => {
  const { values } = readFlags(args, {
    'simulate': { type: 'string', default: '3' },
    'processes': { type: 'boolean', default: false },
    'nodes': { type: 'string', default: '1' },
    'no-node': { type: 'boolean', default: false },
    'attach': { type: 'boolean', default: false },
  });
  const simulatedServers = Number(values.simulate);
  if (!/^\d+$/.test(values.simulate) || simulatedServers > 10_000) throw new Misuse('--simulate wants a number from 0 to 10000');
  const realNodes = Number(values.nodes);
  if (!/^\d+$/.test(values.nodes) || realNodes > boxesPerInstallation)
    throw new Misuse(`--nodes wants a number from 0 to ${boxesPerInstallation}`);
  const progress = new Progress();
  const build = async (): Promise<string> => {
    const written = await buildAll();
    return written === 0 ? 'up to date' : `${written} files`;
  };
  const options = { simulatedServers, isProcessPerApp: values.processes, hasRealNode: !values['no-node'] && realNodes > 0, realNodes };
  const installation = await up(options, build, progress);
  say(`\nReady after ${progress.seconds.toFixed(1)} s.\n\n${await summary(installation)}`);
  if (values.attach) {
    const { run: logs } = module.require('./logs') as { run: Verb };
    return logs([]);
  }
  return 0;
};
