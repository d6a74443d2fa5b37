import { connectBus, type Bus } from '@nereid/bus';
import { startNatsServer, type NatsServerProcess } from '@nereid/bus/testing';
import { vmSubResources, type AccountId, type Vm } from '@nereid/contracts';
import { OwnerPool } from '@nereid/database';
import { generateKeys, signerFor } from '@nereid/http-signature/testing';
import { makeLog, serveFeed } from '@nereid/platform';
import { SystemClock } from '@nereid/ports';
import { until } from '@nereid/ports/until';
import { freshDatabase, type FreshDatabase } from '@nereid/testkit';
import { Listener } from './changefeed-listener';
import { SmallCloud } from './small-cloud';
import { TestDoor } from './test-door';

const log = makeLog({ level: 'fatal' });
const keys = generateKeys();
const stranger = generateKeys();
const all = { resource: 'vm', subResources: vmSubResources };

/** The door and vmapi's real feed: its outbox in PostgreSQL, the relay, and a NATS that can be killed. */
describe('a changefeed at a real bus and database', () => {
  let nats: NatsServerProcess;
  let database: FreshDatabase;
  let db: OwnerPool;
  let buses: [Bus, Bus];
  let cloud: SmallCloud<Bus>;
  let stopFeed: () => Promise<void>;
  let door: TestDoor;
  let acme: AccountId;
  let other: AccountId;

  beforeAll(async () => {
    [nats, database] = await Promise.all([startNatsServer(), freshDatabase()]);
    db = new OwnerPool('vmapi', { ...database, poolSize: 4 });
    const to = { servers: [`127.0.0.1:${nats.port}`], log };
    buses = [await connectBus({ name: 'vmapi', ...to }), await connectBus({ name: 'cloudapi', ...to })];
    cloud = new SmallCloud<Bus>(buses[0], false);
    acme = cloud.addAccount('acme', [keys.ed25519.publicLine]).id;
    other = cloud.addAccount('other', [stranger.ed25519.publicLine]).id;
    stopFeed = serveFeed(db, buses[0], log, new SystemClock());
    await buses[0].flush();
    door = await TestDoor.open(cloud, signerFor(keys.ed25519, 'acme'), {}, new SystemClock(), buses[1]);
  });
  afterAll(async () => {
    await door?.close();
    await stopFeed?.();
    await Promise.all((buses ?? []).map((bus) => bus.close()));
    await db?.end();
    await database?.drop();
    await nats?.stop();
  });

  /** As vmapi: the row and its outbox entry, then nobody is called. */
  async function rename(vm: Vm, alias: string): Promise<void> {
    const { version } = cloud.put(cloud.vms.get(vm.id)!, { alias });
    await db.exec(
      `INSERT INTO vmapi.outbox (subject, resource_id, version, body) VALUES ('vm.changed', $1, $2, jsonb_build_object('owner', $3::text, 'changed', '["alias"]'::jsonb))`,
      [vm.id, version, vm.owner],
    );
  }
  async function subscribed(signer = signerFor(keys.ed25519, 'acme')): Promise<Listener> {
    const listener = new Listener(door.socket('/my/changefeed', { signer }));
    await listener.subscribe(all);
    return listener;
  }
  const names = (listener: Listener): number[] => listener.messages.map(({ resourceObject }) => Number(resourceObject.name.slice(1)));

  it('tells two accounts their own changes, each once, and nothing backwards', async () => {
    const [mine, theirs] = [cloud.addVm(acme), cloud.addVm(other)];
    const [me, them] = [await subscribed(), await subscribed(signerFor(stranger.ed25519, 'other'))];
    await Promise.all([mine, theirs].map(async (vm) => { for (let n = 1; n <= 50; n++) await rename(vm, `n${n}`); })); // prettier-ignore
    await Promise.all([me.until(50), them.until(50)]);
    for (const [listener, vm] of [
      [me, mine],
      [them, theirs],
    ] as const) {
      // prettier-ignore
      expect(new Set(listener.messages.map(({ changedResourceId }) => changedResourceId))).toEqual(new Set([vm.id]));
      expect(names(listener)).toEqual([...names(listener)].sort((a, b) => a - b));
      expect(names(listener).at(-1)).toBe(50);
    }
    await Promise.all([me.close(), them.close()]);
    expect([me.messages.length, them.messages.length]).toEqual([50, 50]);
  });

  it('misses nothing and doubles nothing when NATS is killed while things change', async () => {
    const vm = cloud.addVm(acme);
    const listener = await subscribed();
    for (let n = 1; n <= 20; n++) await rename(vm, `n${n}`);
    await listener.until(1);
    await nats.kill();
    for (let n = 21; n <= 40; n++) await rename(vm, `n${n}`);
    await nats.start();
    for (let n = 41; n <= 60; n++) await rename(vm, `n${n}`);
    await listener.until(60);
    await rename(vm, 'n61');
    await listener.until(61);
    expect(names(listener)).toEqual([...names(listener)].sort((a, b) => a - b));
    expect(names(listener).at(-1)).toBe(61);
    await listener.close();
    expect(listener.messages).toHaveLength(61);
  }, 60_000);

  it('ends when the feed has forgotten what was missed, and can be opened anew', async () => {
    const vm = cloud.addVm(acme);
    const listener = await subscribed();
    await rename(vm, 'n1');
    await listener.until(1);
    await nats.kill();
    await rename(vm, 'n2');
    await until('the relay has numbered it', isNumbered);
    await db.exec('DELETE FROM vmapi.feed');
    await nats.start();
    expect(await listener.closed).toMatchObject({ code: 1012 });
    const again = await subscribed();
    await rename(vm, 'n3');
    await again.until(1);
    expect(names(again)).toEqual([3]);
    await again.close();
  }, 60_000);

  const isNumbered = async (): Promise<boolean> =>
    (await db.one<{ waiting: boolean }>(
      `SELECT EXISTS (SELECT FROM vmapi.outbox o WHERE NOT EXISTS (SELECT FROM vmapi.feed f WHERE f.outbox_id = o.id)) AS waiting`,
    )).waiting === false; // prettier-ignore
});
