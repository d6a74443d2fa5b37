import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launch } from '@nereid/infra-local/servers';
import { testRun } from './run-directory';

/** Servers of a test run, all on 127.0.0.1. */
export interface Infrastructure {
  readonly postgres: { readonly host: string; readonly port: number };
  /** Open to everybody; tests of credentials start their own (`ownNats`). */
  readonly nats: { readonly port: number; readonly url: string };
  readonly redis: { readonly port: number; readonly url: string };
  /** Of the run; removed with everything in it when the run ends. */
  readonly directory: string;
  /** The run's 8 hex digits. */
  readonly installation: string;
}

let started: Promise<Infrastructure> | undefined;

/**
 * PostgreSQL, NATS and Redis of this test run, started by the first that asks (1.5 s) and shared by every suite and worker.
 * They belong to a keeper process, which stops them and removes the directory when the run's owner ends, however it ends.
 */
export function infrastructure(): Promise<Infrastructure> {
  return (started ??= start());
}

async function start(): Promise<Infrastructure> {
  const { directory, ownerPid, ownerStartTicks, installation } = testRun();
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  if (claim(join(directory, 'keeper.lock'))) {
    writeFileSync(join(directory, 'owner'), JSON.stringify({ pid: ownerPid, startTicks: ownerStartTicks })); // the keeper puts its own name
    const sources = __dirname;
    const hook = join(sources, '..', '..', '..', 'scripts', 'run-typescript.js');
    await launch({
      name: 'keeper',
      argv: [process.execPath, '-r', hook, join(sources, 'keeper.ts'), directory, installation, `${ownerPid}`, `${ownerStartTicks}`],
      logFile: join(directory, 'keeper.log'),
      env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '/', NEREID_INSTALLATION: installation },
    });
  }
  const until = performance.now() + 60_000;
  while (performance.now() < until) {
    if (existsSync(join(directory, 'ready.json'))) {
      return JSON.parse(readFileSync(join(directory, 'ready.json'), 'utf8')) as Infrastructure;
    }
    if (existsSync(join(directory, 'failed.txt'))) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const log = existsSync(join(directory, 'keeper.log')) ? readFileSync(join(directory, 'keeper.log'), 'utf8') : '';
  throw new Error(`the servers for tests did not start:\n${log}`);
}

/** True for exactly one process: making a directory is atomic. */
function claim(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch {
    return false;
  }
}
