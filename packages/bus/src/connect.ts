import { readFile } from 'node:fs/promises';
import type { ServerId } from '@nereid/contracts';
import { SystemClock, SystemRandom, type Clock, type Random } from '@nereid/ports';
import { connect, nuid, type Authenticator, type NatsConnection } from '@nats-io/transport-node';
import type { Bus } from './bus';
import { authenticatorOf } from './credentials/authenticator';
import { parseCreds } from './credentials/claims';
import { stderrLog, type BusHooks } from './hooks';
import { NatsBus } from './nats-bus';

export interface BusOptions extends BusHooks {
  /** The service's name as in its credentials; replies come to `_INBOX.svc.<name>.>`. */
  readonly name: string;
  /** Given by an agent: replies come to `_INBOX.node.<server>.>` instead. */
  readonly server?: ServerId;
  /** `host:port` or `tls://host:port`. */
  readonly servers: readonly string[];
  /** A creds file, read again at each connection so that renewed credentials are picked up. */
  readonly credsFile?: string;
  /** The text of a creds file, or its two parts. */
  readonly credentials?: string | { readonly jwt: string; readonly seed: string };
  /** The authority that signed the server's certificate; turns TLS on. */
  readonly caFile?: string;
  /** Ends the first connecting. Without it, connecting goes on for ever, as reconnecting does. */
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  readonly random?: Random;
}

const shortestDelayMs = 50;
const longestDelayMs = 2_000;

/**
 * A connected Bus. Connects, and later reconnects, for ever: a refused connection is logged and tried again at growing intervals of
 * up to 2 s, with jitter so that thousands of agents do not come back in one instant.
 * @throws the signal's reason when aborted before the first connection
 */
export async function connectBus(options: BusOptions): Promise<Bus> {
  const clock = options.clock ?? new SystemClock();
  const random = options.random ?? new SystemRandom();
  const log = options.log ?? stderrLog;
  const backoff = new Backoff(clock, random);
  const credentials = await credentialsReader(options);
  const connectionOptions = {
    servers: [...options.servers],
    name: options.server ? `node ${options.server}` : options.name,
    authenticator: credentials.authenticator,
    ...(options.caFile !== undefined && { tls: { caFile: options.caFile } }),
    maxReconnectAttempts: -1,
    reconnectDelayHandler: () => backoff.nextMs(),
    // A server that starts may refuse for a moment, before its resolver has read the account.
    ignoreAuthErrorAbort: true,
    pingInterval: 20_000,
    maxPingOut: 2,
    timeout: 5_000,
    noAsyncTraces: true,
  };

  let connection: NatsConnection | undefined;
  let lastSaid = '';
  while (!connection) {
    options.signal?.throwIfAborted();
    try {
      connection = await connect(connectionOptions);
    } catch (err) {
      const why = err instanceof Error ? err.message : String(err);
      if (why !== lastSaid) log.warn({ servers: options.servers, why }, 'the bus is not reachable yet');
      lastSaid = why;
      await clock.sleep(backoff.nextMs(), options.signal);
    }
  }
  backoff.reset();
  const prefix = options.server ? `_INBOX.node.${options.server}` : `_INBOX.svc.${options.name}`;
  const bus = new NatsBus(connection, `${prefix}.${nuid.next()}`, clock, log, options);
  bus.onReconnect(() => {
    backoff.reset();
    void credentials.refresh();
  });
  return bus;
}

/**
 * Waits in proportion to how long the connection has been away: 50 ms at first, 2 s at most, each shortened by up to a half. By time
 * and not by count, since the library asks for the delay more often than it tries.
 */
class Backoff {
  private awaySinceMs: number | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  nextMs(): number {
    this.awaySinceMs ??= this.clock.monotonicMs();
    const away = this.clock.monotonicMs() - this.awaySinceMs;
    return Math.min(Math.max(away / 2, shortestDelayMs), longestDelayMs) * (1 - this.random.fraction() / 2);
  }

  reset(): void {
    this.awaySinceMs = undefined;
  }
}

/** The library asks for credentials synchronously at each connection, so a file is read ahead of that. */
async function credentialsReader(options: BusOptions): Promise<{ authenticator: Authenticator | undefined; refresh: () => Promise<void> }> {
  if (typeof options.credentials === 'object')
    return { authenticator: authenticatorOf(options.credentials), refresh: async () => undefined };
  const credsFile = options.credsFile;
  const text = options.credentials ?? (credsFile === undefined ? undefined : await readFile(credsFile, 'utf8'));
  if (text === undefined) return { authenticator: undefined, refresh: async () => undefined };
  let current = authenticatorOf(parseCreds(text));
  return {
    authenticator: (nonce) => current(nonce),
    refresh: async () => {
      if (credsFile === undefined) return;
      try {
        current = authenticatorOf(parseCreds(await readFile(credsFile, 'utf8')));
      } catch {
        // Being replaced just now, perhaps; what we have is good until the server says otherwise.
      }
    },
  };
}
