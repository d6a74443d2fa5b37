import { createHash, sign as cryptoSign } from 'node:crypto';
import * as library from 'http-signature';
import { generateKeys, signerFor, type GeneratedKey } from './testing';
import { SignatureError } from './signature-error';
import { signRequest, type ToSign } from './sign';
import { KeyObjects, parseSshPublicKey } from './ssh-key';
import { coversTarget, parseSignedRequest, signatureMatches } from './verify';

const keys = generateKeys();
const now = Date.UTC(2026, 10, 22, 11, 0, 0);
const cache = new KeyObjects();

function check(made: GeneratedKey, request: { method: string; url: string; headers: Record<string, string> }, at = now): boolean {
  const key = parseSshPublicKey(made.publicLine);
  return signatureMatches(parseSignedRequest(request, at), key, cache.get(key));
}

function signed(made: GeneratedKey, change: Partial<ToSign> = {}): { method: string; url: string; headers: Record<string, string> } {
  const request: ToSign = { method: 'GET', url: '/my/machines?limit=1000&offset=0', ...change };
  return { method: request.method, url: request.url, headers: signRequest(signerFor(made, 'acme'), request, now) };
}

function refusal(request: { method?: string; url?: string; headers: Record<string, string> }, at = now): string {
  try {
    parseSignedRequest({ method: 'GET', url: '/my', ...request }, at);
  } catch (error) {
    if (error instanceof SignatureError) return error.code;
    throw error;
  }
  return 'accepted';
}

const algorithms: [keyof typeof keys, string][] = [
  ['rsa', 'rsa-sha1'],
  ['rsa', 'rsa-sha256'],
  ['rsa', 'rsa-sha384'],
  ['rsa', 'RSA-SHA512'],
  ...(['ecdsa256', 'ecdsa384', 'ecdsa521'] as const).flatMap((kind) =>
    ['ecdsa-sha256', 'ecdsa-sha384', 'ecdsa-sha512'].map((name): [keyof typeof keys, string] => [kind, name]),
  ),
  ['ed25519', 'ed25519-sha512'],
];

describe('signatures', () => {
  it.each(algorithms)('%s with %s verifies, over the target and over the date alone', (kind, algorithm) => {
    expect(check(keys[kind], signed(keys[kind], { algorithm }))).toBe(true);
    const dateOnly = signed(keys[kind], { algorithm, covers: ['date'] });
    expect(check(keys[kind], dateOnly)).toBe(true);
    expect(coversTarget(parseSignedRequest(dateOnly, now))).toBe(false);
  });

  it.each(['rsa', 'ecdsa256', 'ed25519'] as const)('made by the public http-signature library verify: %s', (kind) => {
    const headers: Record<string, string> = { date: new Date(now).toUTCString() };
    const request = {
      method: 'GET',
      path: '/acme/machines?name=a%20b',
      getHeader: (name: string) => headers[name.toLowerCase()],
      setHeader: (name: string, value: string) => (headers[name.toLowerCase()] = value),
    };
    library.sign(request as never, {
      key: keys[kind].privatePem,
      keyId: `/acme/keys/${keys[kind].md5}`,
      headers: ['(request-target)', 'date'],
    });
    expect(check(keys[kind], { method: 'GET', url: request.path, headers })).toBe(true);
  });

  it('ours verify in the public http-signature library', () => {
    for (const kind of ['rsa', 'ecdsa256'] as const) {
      const request = signed(keys[kind]);
      const parsed = library.parseRequest({ ...request, httpVersion: '1.1' } as never, { clockSkew: 1e12 });
      expect(library.verifySignature(parsed, keys[kind].publicLine)).toBe(true);
    }
  });

  it('tampering with any part is noticed', () => {
    for (const kind of ['rsa', 'ecdsa384', 'ed25519'] as const) {
      const good = signed(keys[kind]);
      const { authorization, date } = good.headers as { authorization: string; date: string };
      const signature = /signature="([^"]+)"/.exec(authorization)![1]!;
      const bytes = Buffer.from(signature, 'base64');
      expect(check(keys[kind], good)).toBe(true);
      expect(check(keys[kind], { ...good, method: 'DELETE' })).toBe(false);
      expect(check(keys[kind], { ...good, url: '/my/machines?limit=1000&offset=1' })).toBe(false);
      const oneSecondLater = new Date(Date.parse(date) + 1000).toUTCString();
      expect(check(keys[kind], { ...good, headers: { ...good.headers, date: oneSecondLater } })).toBe(false);
      const swapped = authorization.replace('(request-target) date', 'date (request-target)');
      expect(check(keys[kind], { ...good, headers: { ...good.headers, authorization: swapped } })).toBe(false);
      const narrowed = authorization.replace('(request-target) date', 'date');
      expect(check(keys[kind], { ...good, headers: { ...good.headers, authorization: narrowed } })).toBe(false);
      for (let index = 0; index < bytes.length; index += 7) {
        const flipped = Buffer.from(bytes);
        flipped[index]! ^= 1 << (index % 8);
        const forged = authorization.replace(signature, flipped.toString('base64'));
        expect(check(keys[kind], { ...good, headers: { ...good.headers, authorization: forged } })).toBe(false);
      }
      const empty = authorization.replace(signature, 'AAAA');
      expect(check(keys[kind], { ...good, headers: { ...good.headers, authorization: empty } })).toBe(false);
    }
  });

  it("another key's signature, or another type of algorithm, does not match", () => {
    const other = generateKeys();
    expect(check(other.ed25519, signed(keys.ed25519))).toBe(false);
    expect(check(keys.rsa, signed(keys.ed25519))).toBe(false);
    const relabelled = signed(keys.ecdsa256);
    relabelled.headers.authorization = relabelled.headers.authorization!.replace('ecdsa-sha256', 'rsa-sha256');
    expect(check(keys.ecdsa256, relabelled)).toBe(false);
    // A public key must never serve as a shared secret.
    const hmac = createHash('sha256').update('x').digest('base64');
    expect(refusal({ headers: { date: new Date(now).toUTCString(), authorization: `Signature keyId="/a/keys/b",algorithm="hmac-sha256",signature="${hmac}"` } })).toBe('InvalidCredentials'); // prettier-ignore
  });

  it('covers x-date instead of date where a browser sends it', () => {
    const headers = { 'x-date': new Date(now).toUTCString() };
    expect(check(keys.ed25519, signed(keys.ed25519, { headers, covers: ['x-date'] }))).toBe(true);
    const uncovered = signed(keys.ed25519, { headers: { ...headers, date: headers['x-date'] }, covers: ['date'] });
    expect(refusal(uncovered)).toBe('InvalidHeader');
  });

  it("takes Go's dates that end in UTC", () => {
    const date = new Date(now).toUTCString().replace('GMT', 'UTC');
    expect(check(keys.rsa, signed(keys.rsa, { headers: { date }, covers: ['date'] }))).toBe(true);
  });

  it('accepts 300 s of skew and no more', () => {
    const request = signed(keys.ed25519);
    expect(refusal(request, now + 300_000)).toBe('accepted');
    expect(refusal(request, now - 300_000)).toBe('accepted');
    expect(refusal(request, now + 301_000)).toBe('InvalidHeader');
    expect(refusal(request, now - 301_000)).toBe('InvalidHeader');
  });
});

describe('refusals', () => {
  const date = new Date(now).toUTCString();
  const form = (text: string): Record<string, string> => ({ date, authorization: text });
  const made = cryptoSign(null, Buffer.from('x'), signerFor(keys.ed25519, 'a').privateKey).toString('base64');
  const part = { keyId: 'keyId="/acme/keys/k"', algorithm: 'algorithm="ed25519-sha512"', signature: `signature="${made}"` };

  it.each([
    ['no header', { date }, 'InvalidCredentials'],
    ['Basic', form('Basic YTpi'), 'InvalidCredentials'],
    ['no blank', form('Signature'), 'InvalidHeader'],
    ['nothing after the scheme', form('Signature '), 'InvalidHeader'],
    ['no keyId', form(`Signature ${part.algorithm},${part.signature}`), 'InvalidHeader'],
    ['no algorithm', form(`Signature ${part.keyId},${part.signature}`), 'InvalidHeader'],
    ['no signature', form(`Signature ${part.keyId},${part.algorithm}`), 'InvalidHeader'],
    ['a signature that is not base64', form(`Signature ${part.keyId},${part.algorithm},signature="a*b="`), 'InvalidHeader'],
    ['a parameter twice', form(`Signature ${part.keyId},${part.keyId},${part.algorithm},${part.signature}`), 'InvalidHeader'],
    ['an unknown algorithm', form(`Signature ${part.keyId},algorithm="md5-rot13",${part.signature}`), 'InvalidHeader'],
    ['DSA', form(`Signature ${part.keyId},algorithm="dsa-sha1",${part.signature}`), 'InvalidCredentials'],
    [
      'a signed header that is missing',
      form(`Signature ${part.keyId},${part.algorithm},headers="date digest",${part.signature}`),
      'InvalidHeader',
    ],
    [
      'a date that is not signed',
      form(`Signature ${part.keyId},${part.algorithm},headers="(request-target)",${part.signature}`),
      'InvalidHeader',
    ],
    ['an empty list of headers', form(`Signature ${part.keyId},${part.algorithm},headers="",${part.signature}`), 'InvalidHeader'],
    [
      'no date at all',
      { authorization: form(`Signature ${part.keyId},${part.algorithm},${part.signature}`).authorization! },
      'InvalidHeader',
    ],
    ['a date that is none', { ...form(`Signature ${part.keyId},${part.algorithm},${part.signature}`), date: 'yesterday' }, 'InvalidHeader'],
    ['keyId of another form', form(`Signature keyId="acme",${part.algorithm},${part.signature}`), 'InvalidCredentials'],
    ['keyId of my', form(`Signature keyId="/my/keys/a",${part.algorithm},${part.signature}`), 'InvalidCredentials'],
    ['blanks after commas', form(`signature ${part.keyId}, ${part.algorithm} , ${part.signature}`), 'accepted'],
  ])('%s', (_what, headers, expected) => {
    expect(refusal({ headers: headers })).toBe(expected);
  });

  it('reads all forms of key ids', () => {
    const fingerprint = keys.rsa.sha256;
    const signer = (keyId: string) =>
      parseSignedRequest({ method: 'GET', url: '/', headers: form(`Signature keyId="${keyId}",${part.algorithm},${part.signature}`) }, now)
        .signer;
    expect(signer('/acme/keys/laptop')).toEqual({ account: 'acme', user: undefined, key: { by: 'name', value: 'laptop' } });
    expect(signer(`/acme/keys/MD5:${keys.rsa.md5.toUpperCase()}`).key).toEqual({ by: 'md5', value: keys.rsa.md5 });
    expect(signer(`/acme/keys/${fingerprint}`).key).toEqual({ by: 'sha256', value: fingerprint });
    expect(signer('/acme/users/bob/keys/x')).toMatchObject({ account: 'acme', user: 'bob' });
  });
});
