import { randomInt } from 'node:crypto';
import { connect, createServer } from 'node:net';

/** Below the ports that Linux gives to outgoing connections unless told otherwise (net.ipv4.ip_local_port_range). */
const [firstPort, endPort] = [15_000, 32_000];

/**
 * A port of 127.0.0.1 that nobody listens on at this moment, by chance. Not one that the system chooses: those are what outgoing connections
 * get too, and a server that is restarted would find its port taken by somebody's client.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(firstPort, endPort);
    if (await isFree(port)) return port;
  }
}

/** Whether nobody listens on a port of 127.0.0.1. */
export async function isFree(port: number): Promise<boolean> {
  return (await listenOnce(port).catch(() => undefined)) !== undefined;
}

/**
 * Whether a port is free within a second. A killed process counts as ended when its first thread has, and the others hold its sockets for
 * some milliseconds more: a server started again right away would find its own port taken and move elsewhere, away from its clients.
 */
export async function becomesFree(port: number): Promise<boolean> {
  const until = performance.now() + 1_000;
  while (!(await isFree(port))) {
    if (performance.now() > until) return false;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return true;
}

function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
    });
  });
}

/** Says something to a server and answers the first bytes it says; undefined when it cannot be reached within `timeoutMs`. */
export function firstWords(port: number, greeting: string, host = '127.0.0.1', timeoutMs = 1_000): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    const done = (answer: string | undefined): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(timeoutMs, () => done(undefined));
    socket.once('error', () => done(undefined));
    socket.once('close', () => done(undefined));
    socket.once('connect', () => greeting && socket.write(greeting));
    socket.once('data', (data) => done(data.toString('latin1')));
  });
}
