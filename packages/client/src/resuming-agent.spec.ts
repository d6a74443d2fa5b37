import { webcrypto } from 'node:crypto';
import { createServer, request, type Server } from 'node:https';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { ResumingAgent, type KeptSession } from './resuming-agent';

x509.cryptoProvider.set(webcrypto as unknown as Parameters<typeof x509.cryptoProvider.set>[0]);

interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** A certificate for 127.0.0.1 that is its own authority. */
async function anIdentity(): Promise<Identity> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=door',
    keys: keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }]),
    ],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return { cert: certificate.toString('pem'), key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n` };
}

/** A door that answers every request with whether its connection went on with an earlier session. */
class Door {
  /** Requests that got here at all. */
  asked = 0;

  private constructor(private readonly server: Server) {}

  static async open(identity: Identity, port = 0): Promise<Door> {
    const server = createServer(identity);
    const door = new Door(server);
    server.on('request', (asked, answer) => {
      door.asked++;
      answer.end((asked.socket as TLSSocket).isSessionReused() ? 'resumed' : 'anew');
    });
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return door;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

class Memory implements KeptSession {
  session: Buffer | undefined;
  read(): Buffer | undefined {
    return this.session;
  }
  keep(session: Buffer): void {
    this.session = session;
  }
}

describe('going on with the TLS session of an earlier process', () => {
  let identity: Identity;
  let door: Door;
  let kept: Memory;
  beforeAll(async () => {
    identity = await anIdentity();
  });
  beforeEach(async () => {
    kept = new Memory();
    door = await Door.open(identity);
  });
  afterEach(() => door.close());

  /** One process: an agent of its own. Ends when the door's next session has come, so that the next process finds it. */
  async function ask(ca = identity.cert): Promise<string> {
    const agent = new ResumingAgent({ ca }, kept);
    try {
      return await new Promise((resolve, reject) => {
        const asking = request({ host: '127.0.0.1', port: door.port, agent }, (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (more: string) => (text += more));
          answer.on('end', () => resolve(text)).on('error', reject);
        });
        asking.on('error', reject).end();
      });
    } finally {
      agent.destroy();
    }
  }

  it('is done when the door resumes it, again and again', async () => {
    expect([await ask(), await ask(), await ask()]).toEqual(['anew', 'resumed', 'resumed']);
  });

  it('begins anew when the door knows the session no more', async () => {
    await ask();
    const { port } = door;
    await door.close();
    door = await Door.open(identity, port);
    expect([await ask(), await ask()]).toEqual(['anew', 'resumed']);
  });

  it('sends nothing to somebody else at the same address', async () => {
    await ask();
    const { port } = door;
    await door.close();
    door = await Door.open(await anIdentity(), port);
    await expect(ask()).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(door.asked).toBe(0);
  });

  it('keeps no session of a door that was refused', async () => {
    await expect(ask((await anIdentity()).cert)).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect([door.asked, kept.session]).toEqual([0, undefined]);
  });

  it('begins anew where what was kept is no session', async () => {
    kept.session = Buffer.from('nonsense');
    expect(await ask()).toBe('anew');
  });

  it('gives a silent door up when the request does', async () => {
    await ask();
    const { port } = door;
    await door.close();
    const silent = createTcpServer((client) => client.resume().on('error', () => undefined));
    await new Promise<void>((resolve) => silent.listen(port, '127.0.0.1', resolve));
    const agent = new ResumingAgent({ ca: identity.cert }, kept);
    const asked = new Promise((resolve, reject) => {
      const asking = request({ host: '127.0.0.1', port, agent, timeout: 50 }, resolve);
      asking
        .on('timeout', () => asking.destroy(new Error('in time')))
        .on('error', reject)
        .end();
    });
    await expect(asked).rejects.toThrow('in time');
    agent.destroy();
    await new Promise((resolve) => silent.close(resolve));
    door = await Door.open(identity);
  });

  it('says that nobody is there', async () => {
    await ask();
    const { port } = door;
    await door.close();
    const agent = new ResumingAgent({ ca: identity.cert }, kept);
    const asked = new Promise((resolve, reject) => request({ host: '127.0.0.1', port, agent }, resolve).on('error', reject).end());
    await expect(asked).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    agent.destroy();
    door = await Door.open(identity);
  });
});
