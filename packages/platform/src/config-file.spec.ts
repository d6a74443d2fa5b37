import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from './config-file';
import { defineApp } from './define-app';
import { processConfig } from './run-apps';
import { serviceConfig } from './service-config';

const schema = processConfig([defineApp({ name: 'vmapi', config: serviceConfig, module: () => ({ module: class {} }) })]);
const good = `
apps:
  vmapi:
    datacenter: here
    installation: 0123abcd
    bus: { servers: ['127.0.0.1:4222'] }
    database: { host: 127.0.0.1, port: 5432, database: nereid, poolSize: 4 }
health: { port: 9000 }
`;
let dir: string;
let file: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'nereid-config-'));
  file = join(dir, 'config.yaml');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function read(text: string, env: Record<string, string> = {}) {
  writeFileSync(file, text);
  return readConfig(file, schema, env);
}

it('reads the file, with the environment over it', () => {
  expect(read(good)).toMatchObject({ health: { host: '127.0.0.1', port: 9000 }, log: { level: 'info' } });
  const config = read(good, {
    NEREID_APPS__VMAPI__DATABASE__POOL_SIZE: '9',
    NEREID_LOG__LEVEL: 'debug',
    NEREID_APPS__VMAPI__BUS__SERVERS: '[a:1, b:2]',
    NEREID_TEST_OWNER: 'not a setting',
  });
  expect(config).toMatchObject({
    apps: { vmapi: { database: { poolSize: 9, port: 5432 }, bus: { servers: ['a:1', 'b:2'] } } },
    log: { level: 'debug' },
  });
});

it.each([
  ['an unknown key', `${good}surprise: 1\n`, {}, 'config.yaml: surprise: unknown key'],
  ['a nested unknown key', good.replace('poolSize', 'poolsize'), {}, 'config.yaml: apps.vmapi.database.poolsize: unknown key'],
  ['a missing key', good.replace('datacenter: here', ''), {}, 'config.yaml: apps.vmapi.datacenter: missing (string wanted)'],
  ['a wrong value', good.replace('0123abcd', 'xyz'), {}, 'config.yaml: apps.vmapi.installation: must be 8 hex digits'],
  ['an app that does not run here', `${good}`.replace('  vmapi:', '  napi: {}\n  vmapi:'), {}, 'apps.napi: unknown key'],
  ['an unknown key from the environment', good, { NEREID_LOG__COLOUR: 'red' }, '$NEREID_LOG__COLOUR (over'],
  ['a wrong value from the environment', good, { NEREID_HEALTH__PORT: '99999' }, '$NEREID_HEALTH__PORT (over'],
  ['what is not YAML', 'apps: [', {}, 'config.yaml: not YAML'],
])('refuses %s, naming file and key', (_name, text, env, message) => {
  expect(() => read(text, env as Record<string, string>)).toThrow(message);
});

it('refuses a file that is not there', () => {
  expect(() => readConfig(join(dir, 'none.yaml'), schema, {})).toThrow(/none\.yaml: ENOENT/);
});
