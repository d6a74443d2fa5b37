import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';

// A library and not the openssl program: that is on most Debian machines but is no part of the base system, its flags for subject
// alternative names have changed between releases, and certificates have to be read again to know when they run out.
x509.cryptoProvider.set(webcrypto as unknown as Parameters<typeof x509.cryptoProvider.set>[0]);

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const day = 86_400_000;

/** Certificate and key of one server, PEM. */
export interface Certified {
  readonly certificate: string;
  readonly privateKey: string;
}

/**
 * The authority of one installation: made at its first start, trusted by nobody but the programs of this installation (the system's store
 * is not touched). Clients get `file`.
 */
export class CertificateAuthority {
  private constructor(
    /** The authority's certificate, PEM: what clients trust. Readable by everybody. */
    readonly file: string,
    private readonly certificate: x509.X509Certificate,
    private readonly key: webcrypto.CryptoKey,
  ) {}

  /** Reads the authority in `directory`, or makes it there. The key is readable by its owner alone. */
  static async ensure(directory: string, installation: string): Promise<CertificateAuthority> {
    const file = join(directory, 'ca.pem');
    const keyFile = join(directory, 'ca-key.pem');
    if (!existsSync(file) || !existsSync(keyFile)) {
      mkdirSync(directory, { recursive: true, mode: 0o755 });
      const keys = await newKeys();
      const certificate = await x509.X509CertificateGenerator.createSelfSigned({
        name: `CN=Nereid ${installation}`,
        notBefore: new Date(Date.now() - day),
        notAfter: new Date(Date.now() + 3650 * day),
        keys,
        signingAlgorithm: algorithm,
        extensions: [
          new x509.BasicConstraintsExtension(true, 0, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
          await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
        ],
      });
      writeFileSync(keyFile, await exportKey(keys.privateKey), { mode: 0o600 });
      writeFileSync(file, certificate.toString('pem'), { mode: 0o644 });
    }
    return new CertificateAuthority(
      file,
      new x509.X509Certificate(readFileSync(file, 'utf8')),
      await importKey(readFileSync(keyFile, 'utf8')),
    );
  }

  /** A certificate for a server that is reached by these names and addresses; valid for a year. */
  async certify(commonName: string, hosts: readonly string[]): Promise<Certified> {
    const keys = await newKeys();
    const certificate = await x509.X509CertificateGenerator.create({
      subject: `CN=${commonName}`,
      issuer: this.certificate.subject,
      notBefore: new Date(Date.now() - day),
      notAfter: new Date(Date.now() + 365 * day),
      publicKey: keys.publicKey,
      signingKey: this.key,
      signingAlgorithm: algorithm,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension(hosts.map((host) => ({ type: isIP(host) ? 'ip' : 'dns', value: host }))),
        await x509.AuthorityKeyIdentifierExtension.create(this.certificate.publicKey),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    return { certificate: certificate.toString('pem'), privateKey: await exportKey(keys.privateKey) };
  }

  /** Whether a certificate was issued here, covers all these hosts and has 30 days left. */
  async isGood(pem: string, hosts: readonly string[]): Promise<boolean> {
    try {
      const certificate = new x509.X509Certificate(pem);
      const names =
        certificate
          .getExtension(x509.SubjectAlternativeNameExtension)
          ?.names.toJSON()
          .map((name) => name.value) ?? [];
      const isOurs = await certificate.verify({ publicKey: this.certificate.publicKey, date: new Date(Date.now() + 30 * day) });
      return isOurs && hosts.every((host) => names.includes(host));
    } catch {
      return false;
    }
  }
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(pem), algorithm, true, ['sign']);
}
