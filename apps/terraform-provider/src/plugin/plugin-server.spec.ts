import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { Client, credentials } from '@grpc/grpc-js';
import { SystemClock, SystemRandom } from '@nereid/ports';
import { SeededRandom, SteppedClock } from '@nereid/ports/fake';
import { providerCalls, type ProviderHandlers } from '../protocol/calls';
import { Empty } from '../protocol/messages';
import { selfSigned } from './certificate';
import { handshakeLine, isStartedByTerraform, type Listening } from './handshake';
import { PluginServer } from './plugin-server';

describe('the certificate', () => {
  it('is what Terraform wants to see', () => {
    const clock = new SteppedClock();
    const { der, pem, privateKey } = selfSigned(clock.nowMs(), new SeededRandom());
    const read = new X509Certificate(pem);
    expect(read.raw.equals(der)).toBe(true);
    expect(read.subject).toBe('CN=localhost');
    expect(read.checkHost('localhost')).toBe('localhost');
    expect(read.ca).toBe(true);
    expect(read.verify(read.publicKey)).toBe(true);
    expect(privateKey).toContain('PRIVATE KEY');
    expect(Date.parse(read.validFrom)).toBeLessThan(clock.nowMs());
    expect(Date.parse(read.validTo)).toBeGreaterThan(clock.nowMs());
  });

  it('can be made after 2049', () => {
    const at = Date.UTC(2060, 0, 1);
    expect(Date.parse(new X509Certificate(selfSigned(at, new SeededRandom()).pem).validTo)).toBeGreaterThan(at);
  });
});

describe('the handshake', () => {
  it('is one line, with the certificate unpadded', () => {
    expect(handshakeLine({ network: 'unix', address: '/s', certificate: Uint8Array.of(1) })).toBe('1|6|unix|/s|grpc|AQ\n');
    expect(handshakeLine({ network: 'tcp', address: '127.0.0.1:1', certificate: undefined })).toBe('1|6|tcp|127.0.0.1:1|grpc|\n');
  });

  it('knows who started it', () => {
    expect(isStartedByTerraform({})).toBe(false);
    expect(isStartedByTerraform({ TF_PLUGIN_MAGIC_COOKIE: 'wrong' })).toBe(false);
  });
});

describe('the plugin’s server', () => {
  const own = selfSigned(new SystemClock().nowMs(), new SystemRandom());
  const asked: string[] = [];
  const provider = {
    GetMetadata: async () => ({ resources: [{ type_name: 'x_y' }] }),
    StopProvider: async () => {
      throw new Error('broken inside');
    },
  } as unknown as ProviderHandlers;
  let server: PluginServer;
  let at: Listening;
  let client: Client;

  beforeAll(async () => {
    server = new PluginServer({
      clientCertificate: own.pem,
      socketDirectory: undefined,
      provider,
      onShutdown: () => asked.push('shutdown'),
    });
    at = await server.listen();
    client = connect(own);
  });
  afterAll(() => {
    client.close();
    server.close();
  });

  const connect = (as: typeof own): Client => {
    const pem = `-----BEGIN CERTIFICATE-----\n${Buffer.from(at.certificate!).toString('base64')}\n-----END CERTIFICATE-----\n`;
    const secure = credentials.createSsl(Buffer.from(pem), Buffer.from(as.privateKey), Buffer.from(as.pem));
    return new Client(`unix:${at.address}`, secure, { 'grpc.ssl_target_name_override': 'localhost' });
  };
  const call = (to: Client, path: string): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const plain = (bytes: Buffer): Buffer => bytes;
      to.makeUnaryRequest(path, plain, plain, Buffer.from(Empty.encode({})), (error, reply) => (error ? reject(error) : resolve(reply!)));
    });

  it('answers its one client', async () => {
    const reply = await call(client, '/tfplugin6.Provider/GetMetadata');
    expect(providerCalls.GetMetadata.reply.decode(reply)).toMatchObject({ resources: [{ type_name: 'x_y' }] });
    expect((await call(client, '/grpc.health.v1.Health/Check')).toString('hex')).toBe('0801');
  });

  it('answers nobody else', async () => {
    const stranger = connect(selfSigned(new SystemClock().nowMs(), new SystemRandom()));
    await expect(call(stranger, '/tfplugin6.Provider/GetMetadata')).rejects.toMatchObject({ code: 14 });
    stranger.close();
  });

  it('says which defect a handler has, and that a call is not offered', async () => {
    await expect(call(client, '/tfplugin6.Provider/StopProvider')).rejects.toMatchObject({
      details: expect.stringContaining('broken inside'),
    });
    await expect(call(client, '/tfplugin6.Provider/GetFunctions')).rejects.toMatchObject({ code: 12 });
  });

  it('hears that it is to end, and leaves no socket', async () => {
    await call(client, '/plugin.GRPCController/Shutdown');
    expect(asked).toEqual(['shutdown']);
    expect(existsSync(at.address)).toBe(true);
    client.close();
    server.close();
    expect(existsSync(dirname(at.address))).toBe(false);
  });
});
