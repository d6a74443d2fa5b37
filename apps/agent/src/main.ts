import { parseArgs } from 'node:util';
import { SystemClock, SystemIds, SystemRandom, SystemRunner } from '@nereid/ports';
import { Agent } from './agent';
import { readConfig } from './config';
import { makeLog } from './log';
import { KillingCrashPoint } from './ports/crash-point';
import { crashPlaces } from './tasks/task-steps';

const usage = `usage: nereid-agent --config <yaml>
       nereid-agent --crash-places     lists the places at which the file of NEREID_CRASH_FILE can end it, for tests
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { 'config': { type: 'string' }, 'crash-places': { type: 'boolean' }, 'help': { type: 'boolean' } },
  });
  if (values['crash-places']) {
    process.stdout.write(crashPlaces().join('\n') + '\n');
    return;
  }
  if (values.help || values.config === undefined) {
    process.stdout.write(usage);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const config = readConfig(values.config);
  const log = makeLog(config.log.level);
  process.on('unhandledRejection', (err) => {
    log.error({ err }, 'a promise was rejected and nobody looked');
    process.exit(70); // the journal makes a new start safe; going on in an unknown state is not
  });
  const agent = new Agent(
    config,
    new SystemClock(),
    new SystemIds(),
    new SystemRandom(),
    new SystemRunner(),
    log,
    new KillingCrashPoint(process.env),
  );
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping; instances keep running');
    agent.stop().then(
      () => process.exit(0),
      (err: unknown) => {
        log.error({ err }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  try {
    await agent.start();
  } catch (err) {
    if (stopping) return;
    log.error({ err }, 'the agent cannot start');
    process.exit(1);
  }
  log.info('ready');
}

void main();
