import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus, type Bus } from '@nereid/bus';
import { startNatsServer, type NatsServerProcess } from '@nereid/bus/testing';
import { OperatorClient } from '@nereid/client/operator';
import { NodeTransport } from '@nereid/client/operator-node';
import { OperatorId, ServiceError, verifyOperator, type Caller } from '@nereid/contracts';
import { startApps, type RunningApps } from '@nereid/platform';
import { freshDatabase, type FreshDatabase } from '@nereid/testkit';
import { adminapiApp } from '../src';

export const operator = { id: OperatorId.parse('0ae1a3c5-0000-4000-8000-000000000001'), login: 'admin', totpEnabled: false };
export const password = 'correct horse battery';

/** The door on a real bus and database, and one end of the bus on which a test plays the owners. */
export class DoorUnderTest {
  /** Who identity was asked by when somebody signed in. */
  readonly signInCallers: Caller[] = [];

  private constructor(
    readonly url: string,
    readonly bus: Bus,
    readonly database: FreshDatabase,
    private readonly nats: NatsServerProcess,
    private readonly apps: RunningApps,
    private readonly directory: string,
  ) {}

  /**
   * @param settings over those of the door
   * @param prepare what owners do before the door opens
   */
  static async open(settings: Record<string, unknown> = {}, prepare: (bus: Bus) => void = () => undefined): Promise<DoorUnderTest> {
    // A bus of its own: the owners that tests play answer for everybody on it.
    const [nats, database] = await Promise.all([startNatsServer(), freshDatabase()]);
    const servers = [`127.0.0.1:${nats.port}`];
    const directory = mkdtempSync(join(tmpdir(), 'nereid-adminapi-'));
    const port = await freePort();
    const adminapi = {
      datacenter: 'test',
      installation: '0123abcd',
      bus: { servers },
      database: { host: database.host, port: database.port, database: database.database },
      http: { host: '127.0.0.1', port },
      ...settings,
    };
    const config = { apps: { adminapi }, health: { port: 0 }, log: { level: 'fatal' } };
    writeFileSync(join(directory, 'config.yaml'), JSON.stringify(config));
    const bus = await connectBus({ name: 'owners', servers });
    prepare(bus);
    await bus.flush();
    const apps = await startApps([adminapiApp], join(directory, 'config.yaml'), {});
    const door = new DoorUnderTest(`http://127.0.0.1:${port}`, bus, database, nats, apps, directory);
    bus.serve(verifyOperator, (tried, caller) => {
      door.signInCallers.push(caller);
      if (tried.login === operator.login && tried.password === password) return operator;
      throw new ServiceError('InvalidCredentials', 'The login or the password is not right.');
    });
    await bus.flush();
    return door;
  }

  async close(): Promise<void> {
    await this.apps.stop();
    await this.bus.close();
    await this.nats.stop();
    await this.database.drop();
    rmSync(this.directory, { recursive: true });
  }

  /** A client that is not signed in. Close it. */
  client(): OperatorClient {
    return new OperatorClient(new NodeTransport({ url: this.url }));
  }

  async signedIn(): Promise<OperatorClient> {
    const client = this.client();
    await client.signIn({ login: operator.login, password });
    return client;
  }

  /** A session as whoever writes requests by hand has it: the cookie and the token for changes. */
  async session(): Promise<{ cookie: string; csrf: string }> {
    const answer = await this.send('POST', '/sessions', { body: { login: operator.login, password } });
    const { csrf_token: csrf } = (await answer.json()) as { csrf_token: string };
    return { cookie: answer.headers.get('set-cookie')!.split(';')[0]!, csrf };
  }

  send(method: string, path: string, { headers = {}, body }: { headers?: Record<string, string>; body?: unknown } = {}): Promise<Response> {
    const given = body === undefined ? headers : { 'content-type': 'application/json', ...headers };
    const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
    return fetch(`${this.url}${path}`, { method, headers: given, redirect: 'manual', ...(text !== undefined && { body: text }) });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
