import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Problem } from '../diagnostics/problem';
import { emptyBlock } from '../schema/schema';
import { providerBlock, settingsOf } from './settings';

const none = emptyBlock(providerBlock);
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256', publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'sec1', format: 'pem' } }); // prettier-ignore
const enough = { ...none, url: 'https://cloud.example.com', account: 'demo', key_material: privateKey };

/** What is wrong, each with its attribute. */
function complaints(config: Parameters<typeof settingsOf>[0], env = {}): [string, unknown][] {
  try {
    settingsOf(config, env);
    return [];
  } catch (error) {
    return ((error as AggregateError).errors as Problem[]).map(({ summary, path }) => [summary, path[0]]);
  }
}

describe('the provider’s settings', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nereid-settings-'));
  const file = join(folder, 'key');
  writeFileSync(file, privateKey);
  afterAll(() => rmSync(folder, { recursive: true }));

  it('come from the configuration first, then from the environment, the newest name first', () => {
    const env = { NEREID_URL: 'https://a.example.com', TRITON_URL: 'https://b.example.com', SDC_ACCOUNT: 'old', NEREID_KEY_PATH: file };
    const fromEnv = settingsOf(none, env);
    expect(fromEnv).toMatchObject({ url: 'https://a.example.com', isInsecure: false, ca: undefined });
    expect(fromEnv.signer.keyId).toMatch(/^\/old\/keys\/([0-9a-f]{2}:){15}[0-9a-f]{2}$/);
    expect(settingsOf(enough, env)).toMatchObject({ url: 'https://cloud.example.com', signer: { keyType: 'ecdsa' } });
    expect(settingsOf({ ...enough, insecure_skip_tls_verify: true }, {}).isInsecure).toBe(true);
    expect(settingsOf({ ...enough, insecure_skip_tls_verify: false }, { TRITON_SKIP_TLS_VERIFY: '1' }).isInsecure).toBe(false);
  });

  it('take a key as text or as the path of a file', () => {
    expect(settingsOf({ ...enough, key_material: file }, {}).signer.keyId).toBe(settingsOf(enough, {}).signer.keyId);
  });

  it('name everything that is missing at once', () => {
    expect(complaints(none)).toEqual([
      ['Missing url', 'url'],
      ['Missing account', 'account'],
      ['Missing key', undefined],
    ]);
  });

  it.each([
    ['a url of another kind', { url: 'http://cloud.example.com' }, 'Invalid url', 'url'],
    ['a file that is not there', { key_material: '/nowhere' }, 'Unusable key', 'key_material'],
    ['a key that is none', { key_material: '-----BEGIN NONSENSE-----' }, 'Unusable key', 'key_material'],
    ['the fingerprint of another key', { key_id: '00:11' }, 'Another key', 'key_id'],
    ['an authority that is not there', { ca_file: '/nowhere' }, 'No such file', 'ca_file'],
  ])('refuse %s', (_what, wrong, summary, attribute) => {
    expect(complaints({ ...enough, ...wrong })).toEqual([[summary, attribute]]);
  });

  it('take the fingerprint with and without colons', () => {
    const md5 = settingsOf(enough, {}).signer.keyId.split('/').at(-1)!;
    expect(complaints({ ...enough, key_id: md5 })).toEqual([]);
    expect(complaints({ ...enough, key_id: md5.replaceAll(':', '') })).toEqual([]);
  });
});
