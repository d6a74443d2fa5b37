import { X509Certificate, createPrivateKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AddressInfo } from 'node:net';
import * as tls from 'node:tls';
import { CertificateAuthority } from './certificate-authority';

describe('CertificateAuthority', () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'nereid-ca-'))));
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('is the same when it is read again, and keeps its key to itself', async () => {
    const first = await CertificateAuthority.ensure(directory, '00c0ffee');
    const certified = await first.certify('door', ['127.0.0.1']);
    const again = await CertificateAuthority.ensure(directory, '00c0ffee');
    expect(await again.isGood(certified.certificate, ['127.0.0.1'])).toBe(true);
    expect(statSync(join(directory, 'ca-key.pem')).mode & 0o777).toBe(0o600);
    expect(new X509Certificate(readFileSync(again.file)).ca).toBe(true);
  });

  it('tells a certificate that lacks a host, or that another authority issued', async () => {
    const mine = await CertificateAuthority.ensure(directory, '00c0ffee');
    const other = await CertificateAuthority.ensure(join(directory, 'other'), 'deadbeef');
    const certified = await other.certify('door', ['127.0.0.1']);
    expect(await other.isGood(certified.certificate, ['127.0.0.1', '10.0.0.1'])).toBe(false);
    expect(await mine.isGood(certified.certificate, ['127.0.0.1'])).toBe(false);
    expect(createPrivateKey(certified.privateKey).asymmetricKeyType).toBe('ec');
  });

  it('is believed by a TLS client that trusts it, for its hosts only', async () => {
    const authority = await CertificateAuthority.ensure(directory, '00c0ffee');
    const ca = readFileSync(authority.file);
    const says = async (hosts: string[]): Promise<string> => {
      const { certificate, privateKey } = await authority.certify('door', hosts);
      const server = tls.createServer({ cert: certificate, key: privateKey }, (socket) => socket.end('hello'));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      try {
        return await new Promise((resolve, reject) => {
          const client = tls.connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, ca });
          client.once('data', (data) => resolve(data.toString()));
          client.once('error', reject);
        });
      } finally {
        server.close();
      }
    };
    expect(await says(['127.0.0.1', 'localhost'])).toBe('hello');
    await expect(says(['localhost'])).rejects.toThrow(/altnames/);
  });
});
