import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus, type Bus } from '@nereid/bus';
import { startNatsServer, type NatsServerProcess } from '@nereid/bus/testing';
import {
  RequestId,
  accountHint,
  createAccount,
  createKey,
  deleteKey,
  ensureOperator,
  getAccount,
  listAccounts,
  readFeed,
  resolveKey,
  type Caller,
} from '@nereid/contracts';
import { generateKeys } from '@nereid/http-signature/testing';
import { startApps, type RunningApps } from '@nereid/platform';
import { until } from '@nereid/ports/until';
import { freshDatabase, type FreshDatabase } from '@nereid/testkit';
import { identityApp } from './index';

const requestId = RequestId.parse('11111111-2222-4333-8444-555555555555');
const service: Caller = { kind: 'service', service: 'seed', requestId };
const { ed25519 } = generateKeys();

let nats: NatsServerProcess;
let database: FreshDatabase;
let running: RunningApps;
let bus: Bus;
let folder: string;

beforeAll(async () => {
  [nats, database] = await Promise.all([startNatsServer(), freshDatabase()]);
  folder = mkdtempSync(join(tmpdir(), 'nereid-identity-'));
  const config = join(folder, 'identity.yaml');
  const where = `{ host: ${database.host}, port: ${database.port}, database: ${database.database} }`;
  const settings = `{ datacenter: here, installation: 0123abcd, bus: { servers: ['127.0.0.1:${nats.port}'] }, database: ${where} }`;
  writeFileSync(config, `apps: { identity: ${settings} }\nhealth: { port: 0 }\nlog: { level: silent }\n`);
  running = await startApps([identityApp], config, {});
  bus = await connectBus({ name: 'test', servers: [`127.0.0.1:${nats.port}`] });
});
afterAll(async () => {
  await bus?.close();
  await running?.stop();
  await database?.drop();
  await nats?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('identity on the bus', () => {
  it('is seeded with an account, a key and an operator, and says whose key it is', async () => {
    const hints: string[] = [];
    bus.onHint(accountHint, ({ account }) => void hints.push(account));
    await bus.flush();
    const account = await bus.call(createAccount, { login: 'acme', email: 'acme@example.com' }, service);
    expect(account).toMatchObject({ login: 'acme', approvedForProvisioning: true, disabled: false });
    const key = await bus.call(createKey, { account: account.id, publicKey: ed25519.publicLine }, service);
    expect(key).toMatchObject({ name: ed25519.md5, fingerprint: ed25519.md5, type: 'ed25519' });
    expect(await bus.call(resolveKey, { login: 'acme', key: ed25519.md5 }, service)).toMatchObject({ account: { id: account.id }, key });
    await bus.call(deleteKey, { account: account.id, key: ed25519.md5 }, service);
    await expect(bus.call(resolveKey, { login: 'acme', key: ed25519.md5 }, service)).rejects.toMatchObject({ code: 'InvalidCredentials' });
    await expect(bus.call(createAccount, { login: 'acme', email: 'b@example.com' }, service)).rejects.toMatchObject({ code: 'InUse' });
    await bus.flush();
    expect(hints).toEqual([account.id, account.id, account.id]);
    const made = await bus.call(ensureOperator, { login: 'admin', password: 'correct horse battery' }, service);
    expect(await bus.call(ensureOperator, { login: 'admin', password: 'correct horse battery' }, service)).toEqual(made);
  });

  it('publishes each change in its feed', async () => {
    const entries = await until('four entries in the feed', async () => {
      const page = await bus.call(readFeed.identity, { after: 0, limit: 100 }, service);
      return page.entries.length >= 4 && page.entries;
    });
    expect(entries.map(({ subject, version }) => `${subject} ${version}`)).toEqual([
      'account.changed 1',
      'account.changed 2',
      'account.changed 3',
      'operator.changed 1',
    ]);
  });

  it("shows a customer its own account alone, and an operator's tasks to no customer", async () => {
    const mine = await bus.call(createAccount, { login: 'mine', email: 'mine@example.com' }, service);
    const other = await bus.call(getAccount, { login: 'acme' }, service);
    const me: Caller = { kind: 'account', account: mine.id, login: 'mine', keyId: '/mine/keys/x', requestId };
    expect(await bus.call(getAccount, { id: mine.id }, me)).toEqual(mine);
    await expect(bus.call(getAccount, { id: other.id }, me)).rejects.toMatchObject({ code: 'ResourceNotFound' });
    await expect(bus.call(createKey, { account: other.id, publicKey: ed25519.publicLine }, me)).rejects.toMatchObject({
      code: 'ResourceNotFound',
    });
    await expect(bus.call(listAccounts, {}, me)).rejects.toMatchObject({ code: 'NotAuthorized' });
    await expect(bus.call(ensureOperator, { login: 'mine', password: 'correct horse battery' }, me)).rejects.toMatchObject({
      code: 'NotAuthorized',
    });
    await expect(bus.call(createKey, { account: mine.id, publicKey: 'ssh-rsa nonsense' }, me)).rejects.toMatchObject({
      code: 'InvalidArgument',
    });
  });
});
