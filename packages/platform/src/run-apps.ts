import { parseArgs } from 'node:util';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { connectBus, permissionsOf, type Bus } from '@nereid/bus';
import { OwnerPool, schemaOwners, type SchemaOwner } from '@nereid/database';
import { SystemClock, SystemIds, SystemRandom, type Clock } from '@nereid/ports';
import { z } from 'zod';
import { ConfigError, readConfig } from './config-file';
import { withContext } from './context';
import { CoreModule } from './core.module';
import type { AnyServiceConfig, AppDefinition } from './define-app';
import { openDoor } from './door';
import { Health } from './health';
import { makeLog, type Log } from './log';
import { startLoopbackServer } from './loopback-server';
import { Metrics } from './metrics';
import { NestLog } from './nest-log';
import { sealAudit } from './seal-audit';
import { serveFeed } from './serve-feed';
import { watchDatabase } from './watch-database';

/** The longest that a stop may take; then the process ends with what is left undone, which the protocols of jobs and feeds repair. */
const stopWithinMs = 15_000;

export interface RunningApps {
  /** Where `/health` and `/metrics` are. */
  readonly healthPort: number;
  /** The Nest application of an app, for tests. */
  get(name: string): INestApplicationContext;
  /** Takes nothing new, finishes what runs, closes connections. Safe to repeat. */
  stop(): Promise<void>;
}

/** The whole file of a process that runs `apps`. */
export function processConfig(apps: readonly AppDefinition[]) {
  return z.strictObject({
    apps: z.strictObject(Object.fromEntries(apps.map((app) => [app.name, app.config]))),
    health: z.strictObject({ host: z.string().default('127.0.0.1'), port: z.coerce.number().int().min(0).max(65_535) }),
    log: z
      .strictObject({ level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info') })
      .default({ level: 'info' }),
  });
}

/** Starts `apps` from a configuration file; resolves when all of them take requests. @throws ConfigError, or what kept an app from starting */
export async function startApps(
  apps: readonly AppDefinition[],
  configFile: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<RunningApps> {
  const config = readConfig(configFile, processConfig(apps), env);
  const tools = { clock: new SystemClock(), ids: new SystemIds(), random: new SystemRandom() };
  const health = new Health();
  const metrics = new Metrics();
  const running = new Map<string, RunningApp>();
  const loopback = await startLoopbackServer(config.health, health, metrics);
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> =>
    (stopping ??= (async () => {
      await Promise.all([...running.values()].map((app) => app.stop()));
      await loopback.close();
    })());
  try {
    await Promise.all(
      apps.map(async (app) => {
        const log = makeLog({ level: config.log.level, app: app.name });
        const settings = config.apps[app.name] as AnyServiceConfig;
        running.set(app.name, await startApp(app, settings, { ...tools, log, health, metrics }));
      }),
    );
  } catch (err) {
    await stop();
    throw err;
  }
  return {
    healthPort: loopback.port,
    get: (name) => {
      const app = running.get(name);
      if (!app) throw new Error(`no app ${name} runs here`);
      return app.nest;
    },
    stop,
  };
}

interface RunningApp {
  readonly nest: INestApplicationContext;
  stop(): Promise<void>;
}

async function startApp(
  app: AppDefinition,
  config: AnyServiceConfig,
  tools: { clock: Clock; ids: SystemIds; random: SystemRandom; log: Log; health: Health; metrics: Metrics },
): Promise<RunningApp> {
  const { log, health, metrics, clock } = tools;
  const undo: (() => unknown)[] = [];
  const stop = async (): Promise<void> => {
    for (const act of undo.splice(0).reverse()) {
      try {
        await act();
      } catch (err) {
        log.warn({ err }, 'a part did not stop cleanly');
      }
    }
  };
  try {
    const bus = await connectBus({
      name: app.name,
      ...config.bus,
      ...tools,
      onHop: (hop) => metrics.countHop(app.name, hop),
      around: ({ requestId }, run) => withContext(requestId === undefined ? {} : { requestId }, run),
    });
    undo.push(() => bus.close());
    health.register(app.name, 'bus', () => ({ ok: bus.status.state === 'connected', detail: bus.status.state }));

    let pool: OwnerPool | undefined;
    if (config.database && isSchemaOwner(app.name)) {
      pool = new OwnerPool(app.name, { ...config.database, clock });
      const owned = pool;
      undo.push(() => owned.end());
      undo.push(watchDatabase(owned, app.name, { health, metrics, clock }));
      undo.push(app.bus.feeds?.length ? serveFeed(owned, bus, log, clock) : sealAudit(owned, log, clock));
    }

    const root = { module: class Root {}, imports: [CoreModule.of({ ...tools, config, bus, pool }), app.module(config as never)] };
    Object.defineProperty(root.module, 'name', { value: `${app.name}Root` });
    let nest: INestApplicationContext;
    if (app.door) {
      if (!config.http) throw new ConfigError(`apps.${app.name}.http: missing`);
      nest = await openDoor(root, config.http, app.door, tools);
    } else {
      nest = await NestFactory.createApplicationContext(root, { logger: new NestLog(log), abortOnError: false });
    }
    undo.push(() => nest.close());
    await subscriptionsInForce(bus);
    return { nest, stop };
  } catch (err) {
    await stop();
    throw err;
  }
}

/** Ready means that a call finds us, and that the credentials fit what we serve. */
async function subscriptionsInForce(bus: Bus): Promise<void> {
  if (bus.status.state === 'connected') await bus.flush();
}

function isSchemaOwner(name: string): name is SchemaOwner {
  return (schemaOwners as readonly string[]).includes(name);
}

/**
 * The whole of a `main.ts`: reads `--config <file>`, runs `apps` until SIGTERM or SIGINT, and exits. Prints `{"msg":"ready"}` on
 * stdout when all take requests. `--bus-permissions` prints instead what each app may do on the bus, for those who make credentials.
 */
export async function runApps(apps: readonly AppDefinition[]): Promise<void> {
  const { values } = parseArgs({ options: { 'config': { type: 'string' }, 'bus-permissions': { type: 'boolean' } } });
  if (values['bus-permissions']) {
    const permissions = Object.fromEntries(apps.map((app) => [app.name, permissionsOf(app.name, app.bus)]));
    process.stdout.write(`${JSON.stringify(permissions, null, 2)}\n`);
    return;
  }
  const log = makeLog();
  process.on('unhandledRejection', (err) => log.error({ err }, 'a promise was rejected and nobody looked'));
  process.on('uncaughtException', (err) => {
    log.fatal({ err }, 'an exception nobody caught; ending');
    process.exit(70);
  });
  if (!values.config) {
    process.stderr.write('usage: --config <file.yaml> | --bus-permissions\n');
    process.exit(64);
  }
  const stopAsked = new Promise<string>((resolve) => {
    process.once('SIGTERM', () => resolve('SIGTERM'));
    process.once('SIGINT', () => resolve('SIGINT'));
  });
  try {
    const running = await Promise.race([startApps(apps, values.config), stopAsked.then(() => process.exit(0))]);
    process.stdout.write(`${JSON.stringify({ msg: 'ready', apps: apps.map((app) => app.name), healthPort: running.healthPort })}\n`);
    log.info({ signal: await stopAsked }, 'stopping');
    new SystemClock().after(stopWithinMs, () => {
      log.warn({ stopWithinMs }, 'still not stopped; ending anyway');
      process.exit(1);
    });
    await running.stop();
    process.exit(0);
  } catch (err) {
    if (err instanceof ConfigError) process.stderr.write(`${err.message}\n`);
    else log.fatal({ err }, 'could not start');
    process.exit(err instanceof ConfigError ? 78 : 1);
  }
}
