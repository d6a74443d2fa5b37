import { generateKeys } from './testing';
import { KeyObjects, SshKeyError, parseSshPublicKey } from './ssh-key';

const keys = generateKeys();

describe('SSH public keys', () => {
  it.each(Object.entries(keys))('reads what ssh-keygen made and agrees with it on both fingerprints: %s', (name, made) => {
    const key = parseSshPublicKey(made.publicLine);
    expect(key).toMatchObject({ md5: made.md5, comment: `${name} of a test`, openssh: made.publicLine.trim() });
    expect(key.sha256.replace(/=*$/, '')).toBe(made.sha256);
  });

  it.each([
    ['empty', ''],
    ['one word', 'ssh-rsa'],
    ['no base64', 'ssh-rsa %%%%'],
    ['cut', keys.rsa.publicLine.split(' ').slice(0, 2).join(' ').slice(0, 60)],
    ['two lines', keys.rsa.publicLine.trim() + '\n' + keys.ed25519.publicLine],
    ['a private key', keys.ed25519.privatePem],
    ['too long', 'ssh-rsa ' + 'A'.repeat(20_000)],
    ['a type that differs from its body', keys.rsa.publicLine.replace('ssh-rsa', 'ssh-ed25519')],
    ['DSA', 'ssh-dss AAAAB3NzaC1kc3MAAAAFAAAAAQsAAAAFAAAAAQ0AAAAFAAAAAQIAAAAFAAAAAQQ= old'],
  ])('refuses %s', (_what, text) => {
    expect(() => parseSshPublicKey(text)).toThrow(SshKeyError);
  });

  it('keeps parsed keys, the most recently used', () => {
    const cache = new KeyObjects(2);
    const [a, b, c] = [keys.rsa, keys.ed25519, keys.ecdsa256].map((key) => parseSshPublicKey(key.publicLine));
    const first = cache.get(a!);
    cache.get(b!);
    expect(cache.get(a!)).toBe(first);
    cache.get(c!); // pushes b out, since a was used later
    expect(cache.get(a!)).toBe(first);
  });
});
