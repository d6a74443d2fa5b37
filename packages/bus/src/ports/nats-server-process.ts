import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect as dial, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A nats-server of a test: its own port and directory, ended and removed by `stop`. */
export interface NatsServerProcess {
  readonly port: number;
  readonly dir: string;
  /** Ends it (SIGKILL) and starts it again on the same port with the same configuration. */
  restart(pauseMs?: number): Promise<void>;
  kill(): Promise<void>;
  start(): Promise<void>;
  /** What it has said so far. */
  log(): string;
  stop(): Promise<void>;
}

/** The first of the usual places that has the program; undefined when it is not installed. */
export function findNatsServer(): string | undefined {
  const places = ['/usr/sbin', '/usr/local/bin', '/usr/bin', ...(process.env.PATH ?? '').split(':')];
  return places.map((dir) => join(dir, 'nats-server')).find((path) => existsSync(path));
}

/**
 * Starts a nats-server for a test and waits until it takes connections.
 * @param configure makes the configuration's text; without it the server asks for no credentials
 * @throws Error nats-server is not installed, or did not start
 */
export async function startNatsServer(
  configure?: (at: { port: number; dir: string }) => Promise<string> | string,
): Promise<NatsServerProcess> {
  const program = findNatsServer();
  if (!program) throw new Error('nats-server is not installed (Debian package nats-server)');
  const dir = await mkdtemp(join(tmpdir(), 'nereid-nats-'));
  const port = await freePort();
  const config = join(dir, 'nats.conf');
  await writeFile(config, configure ? await configure({ port, dir }) : `listen: "127.0.0.1:${port}"\n`);

  let child: ChildProcess | undefined;
  let said = '';
  const kill = async (): Promise<void> => {
    const ending = child;
    child = undefined;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = new Promise((resolve) => ending.once('exit', resolve));
    ending.ref();
    ending.kill('SIGKILL');
    await ended;
  };
  const start = async (): Promise<void> => {
    const started = spawn(program, ['-c', config], { stdio: ['ignore', 'ignore', 'pipe'] });
    child = started;
    started.unref(); // a test that forgets it must not hang
    started.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-65_536)));
    for (let tries = 0; !(await answers(port)); tries++) {
      if (started.exitCode !== null || tries > 500) throw new Error(`nats-server did not start: ${said}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const endWithUs = (): void => void child?.kill('SIGKILL');
  process.once('exit', endWithUs);
  await start();
  return {
    port,
    dir,
    start,
    kill,
    log: () => said,
    restart: async (pauseMs = 0) => {
      await kill();
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      await start();
    },
    stop: async () => {
      process.off('exit', endWithUs);
      await kill();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = dial(port, '127.0.0.1');
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
