import { Installation, isAlive, missingPackages } from '@nereid/infra-local';
import { readFlags, say, type Verb } from './verb';

export const run: Verb = async (args) => {
  readFlags(args, {});
  const installation = Installation.find();
  if (!installation) {
    say('This checkout has no cloud; ./dev up makes one.');
    return 0;
  }
  say(`installation ${installation.id}, state in ${installation.state}, services run as ${installation.as.userName}\n`);
  const records = installation.processes.all();
  for (const record of records) {
    say(`  ${record.name.padEnd(24)} ${isAlive(record) ? `pid ${record.pid}` : 'DEAD'}${record.logFile ? `   ${record.logFile}` : ''}`);
  }
  if (records.length === 0) say('  nothing runs');
  const missing = [...missingPackages('cloud'), ...missingPackages('node')];
  if (missing.length > 0) say(`\nmissing on this machine: ${missing.join(' ')}\n  as root: apt-get install ${missing.join(' ')}`);
  return records.length > 0 && records.every(isAlive) ? 0 : 1;
};
