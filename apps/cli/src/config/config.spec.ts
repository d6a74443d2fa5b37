import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigDirectory } from './directory';
import type { Environment } from './environment';
import { checkProfile, environmentProfile } from './profile';
import { Profiles, checkProfileName } from './profiles';

const east = { url: 'https://east.example.com', account: 'acme', keyId: 'SHA256:x' };

describe('profiles', () => {
  let home: string;
  let env: Environment;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'nereid-config-'));
    env = { HOME: home };
  });
  afterEach(() => rmSync(home, { recursive: true }));

  const put = (folder: string, name: string, content: unknown): void => {
    mkdirSync(join(home, folder, 'profiles.d'), { recursive: true });
    writeFileSync(join(home, folder, 'profiles.d', `${name}.json`), JSON.stringify(content));
  };
  const profiles = (): Profiles => new Profiles(ConfigDirectory.of(env), env);

  it("come from the triton command's folder until there is one of our own", () => {
    put('.triton', 'east', east);
    expect(profiles().names()).toEqual(['east']);
    put('.nereid', 'west', east);
    expect(profiles().names()).toEqual(['west']);
    env = { ...env, NEREID_CONFIG_DIR: join(home, 'other') };
    expect(profiles().names()).toEqual([]);
    const elsewhere = { HOME: join(home, 'nobody'), TRITONTEST_CLI_CONFIG_DIR: join(home, '.triton') };
    expect(ConfigDirectory.of(elsewhere).path).toBe(join(home, '.triton'));
  });

  it('are chosen by option, environment, settings, in this order', () => {
    put('.nereid', 'east', east);
    put('.nereid', 'west', { ...east, account: 'west' });
    expect(profiles().currentName(undefined)).toBe('env');
    ConfigDirectory.of(env).saveSettings({ profile: 'east' });
    expect(profiles().current(undefined, {}).account).toBe('acme');
    env = { ...env, TRITON_PROFILE: 'west' };
    expect(profiles().current(undefined, {}).account).toBe('west');
    env = { ...env, NEREID_PROFILE: 'east' };
    expect(profiles().current(undefined, { account: 'other' })).toMatchObject({ name: 'east', account: 'other' });
    expect(profiles().current('west', {}).name).toBe('west');
    expect(() => profiles().get('wset')).toThrow('no such profile: wset; did you mean "west"?');
  });

  it('options alone are enough', () => expect(profiles().current(undefined, east)).toEqual({ name: 'env', ...east }));

  it.each([
    [{ ...east, name: 'x' }, 'has an unknown field "name"'],
    [{ ...east, color: 1 }, 'has an unknown field "color"'],
    [{ ...east, insecure: 'yes' }, 'field "insecure" of profile "p" must be a boolean'],
    [{ ...east, roles: ['a', 1] }, 'must be a list of texts'],
    [{ url: 'x' }, 'profile "p" lacks account, keyId'],
    [[], 'holds no profile'],
  ])('%j is refused', (content, message) => expect(() => checkProfile('p', content, 'p.json')).toThrow(message));

  it('are written for their owner alone', () => {
    profiles().save({ name: 'east', ...east });
    const file = join(home, '.nereid', 'profiles.d', 'east.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(east);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    profiles().delete('east');
    expect(profiles().names()).toEqual([]);
  });

  it('a damaged file is named', () => {
    put('.nereid', 'east', east);
    writeFileSync(join(home, '.nereid', 'config.json'), '{');
    expect(() => profiles().currentName(undefined)).toThrow(/config\.json is no JSON/);
  });

  it.each(['env', 'East', '1st', '', 'a/b'])('"%s" is no name', (name) =>
    expect(() => checkProfileName(name)).toThrow('is no name for a profile'),
  );
});

describe('the profile of the environment', () => {
  const full = { SDC_URL: 'https://sdc', SDC_ACCOUNT: 'sdc', SDC_KEY_ID: 'k' };

  it.each([
    [full, { url: 'https://sdc', account: 'sdc', keyId: 'k' }],
    [{ ...full, TRITON_URL: 'https://triton' }, { url: 'https://triton' }],
    [{ ...full, TRITON_URL: 'https://triton', NEREID_URL: 'https://nereid' }, { url: 'https://nereid' }],
    [
      { ...full, TRITON_USER: 'bob', TRITON_ACT_AS: 'other' },
      { user: 'bob', actAsAccount: 'other' },
    ],
    [{ ...full, TRITON_TLS_INSECURE: '1' }, { insecure: true }],
    [{ ...full, SDC_TLS_INSECURE: 'false' }, { insecure: false }],
    [{ ...full, SDC_TESTING: 'anything' }, { insecure: true }],
    [{ ...full, SDC_TESTING: 'x', TRITON_TLS_INSECURE: '0' }, { insecure: false }],
  ])('%j', (env, expected) => expect(environmentProfile(env)).toMatchObject({ name: 'env', ...expected }));

  it('says what is missing', () => {
    expect(() => environmentProfile({ ...full, SDC_KEY_ID: '' })).toThrow('NEREID_KEY_ID is not set');
    expect(() => environmentProfile({ ...full, TRITON_TLS_INSECURE: 'maybe' })).toThrow('not "maybe"');
  });
});
