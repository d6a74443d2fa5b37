import { randomUUID } from 'node:crypto';
import type { AccountId, Caller, NetworkId, RequestId, StepKey, VmId } from '@nereid/contracts';
import { OwnerPool } from '@nereid/database';
import { SystemIds, SystemRandom } from '@nereid/ports';
import { despiteLoad, freshDatabase, type FreshDatabase } from '@nereid/testkit';
import { AddressesRepository } from '../networks/addresses.repository';
import { NetworksRepository } from '../networks/networks.repository';
import { NetworksService } from '../networks/networks.service';
import { NicsRepository } from './nics.repository';
import { NicsService } from './nics.service';

const owner = randomUUID() as AccountId;
const caller: Caller = { kind: 'service', service: 'test', requestId: randomUUID() as RequestId };
const settings = { macPrefix: '90:b8:d0', publicNicTags: ['external'] };
const aKey = () => `${randomUUID()}/reserve-nics` as StepKey;
const aVm = () => randomUUID() as VmId;

describe('NICs', () => {
  let database: FreshDatabase;
  let pool: OwnerPool;
  let nics: NicsService;
  let networks: NetworksService;
  let block = 0;

  beforeAll(async () => {
    database = await freshDatabase();
    pool = new OwnerPool('napi', { ...database, poolSize: 32 });
    const networkRows = new NetworksRepository(pool);
    networks = new NetworksService(networkRows, new AddressesRepository(pool), new SystemIds(), settings);
    nics = new NicsService(new NicsRepository(pool), networkRows, new SystemRandom(), settings);
    await networks.createNicTag('external', 1500, caller);
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  /** A network of its own with so many addresses for instances. */
  async function aNetwork(addresses: number, more: { owners?: AccountId[] } = {}) {
    const at = `10.${++block}.0`;
    return networks.create(
      {
        name: `net-${block}`,
        nicTag: 'external',
        vlanId: 0,
        subnet: `${at}.0/16`,
        provisionStart: `${at}.2`,
        provisionEnd: `10.${block}.${Math.floor((addresses + 1) / 256)}.${(addresses + 1) % 256}`,
        gateway: `${at}.1`,
        resolvers: ['8.8.8.8', `${at}.1`],
        mtu: 1500,
        owners: more.owners ?? [],
      },
      caller,
    );
  }
  const reserve = (network: NetworkId, count = 1, key = aKey(), vm = aVm()) =>
    nics.reserve({ key, vm, owner, nics: Array.from({ length: count }, () => ({ network })) });

  it('is summarised by how many networks there are, and which of them are full', async () => {
    const [small, large] = [await aNetwork(2), await aNetwork(3)];
    await reserve(small.id, 2);
    await reserve(large.id, 2);
    const { total, full } = await networks.summary();
    expect(total).toBe((await networks.list(undefined, undefined)).length);
    expect(full).toEqual([{ id: small.id, name: small.name }]);
    const usage = await networks.usage([small.id, large.id]);
    expect(usage.filter(({ total: all, used }) => used >= all).map(({ network }) => network)).toEqual([small.id]);
  });

  it('gives NICs in the order wanted, the first one primary, lowest addresses first', async () => {
    const [one, other] = [await aNetwork(10), await aNetwork(10)];
    const made = await nics.reserve({
      key: aKey(),
      vm: aVm(),
      owner,
      nics: [{ network: one.id }, { network: other.id }, { network: one.id }],
    });
    expect(made.map((nic) => [nic.slot, nic.network, nic.primary, nic.ip.split('.').slice(2).join('.')])).toEqual([
      [0, one.id, true, '0.2'],
      [1, other.id, false, '0.2'],
      [2, one.id, false, '0.3'],
    ]);
    expect(made[0]).toMatchObject({
      nicTag: 'external',
      vlanId: 0,
      prefixLength: 16,
      gateway: one.gateway,
      resolvers: one.resolvers,
      mtu: 1500,
    });
    expect(made[0]!.mac).toMatch(/^90:b8:d0:/);
  });

  it('answers a repeated key with the same NICs, whoever asks at the same moment', async () => {
    const network = await aNetwork(10);
    const [key, vm] = [aKey(), aVm()];
    const answers = await Promise.all(Array.from({ length: 8 }, () => despiteLoad(() => reserve(network.id, 2, key, vm))));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await nics.list(undefined, network.id)).toHaveLength(2);
  });

  it('never gives an address to two of 64 clients that race for the last ones', async () => {
    const network = await aNetwork(40);
    const outcomes = await Promise.allSettled(Array.from({ length: 64 }, () => despiteLoad(() => reserve(network.id))));
    const won = outcomes.flatMap((o) => (o.status === 'fulfilled' ? o.value : []));
    const lost = outcomes.flatMap((o) => (o.status === 'rejected' ? [o.reason as Error] : []));
    expect(new Set(won.map((nic) => nic.ip)).size).toBe(40);
    expect(won).toHaveLength(40);
    expect(lost).toHaveLength(24);
    for (const error of lost)
      expect(error).toMatchObject({ code: 'SubnetFull', message: `network ${network.name} has no free address left` });
  });

  it('uses a small network fully, and again after release, longest rested first', async () => {
    const network = await aNetwork(5);
    const keys = Array.from({ length: 5 }, aKey);
    const first = new Map<string, string>();
    for (const key of keys) first.set(key, (await reserve(network.id, 1, key))[0]!.ip);
    await expect(reserve(network.id)).rejects.toMatchObject({ code: 'SubnetFull' });
    for (const key of [keys[3]!, keys[1]!]) expect(await nics.release(key)).toBe(1);
    expect((await reserve(network.id))[0]!.ip).toBe(first.get(keys[3]!));
    expect((await reserve(network.id))[0]!.ip).toBe(first.get(keys[1]!));
    await expect(reserve(network.id)).rejects.toMatchObject({ code: 'SubnetFull' });
  });

  it('lays out a large network as it is used', async () => {
    const network = await aNetwork(3000);
    for (let n = 0; n < 45; n++) await reserve(network.id, 30);
    const all = await nics.list(undefined, network.id);
    expect(new Set(all.map((nic) => nic.ip)).size).toBe(1350);
    const rows = await pool.one<{ count: number }>('SELECT count(*)::int FROM napi.address WHERE network_id = $1', [network.id]);
    expect(rows.count).toBe(2048 + 3); // two steps, and network, broadcast and gateway address
  });

  it('reserves all or nothing', async () => {
    const [roomy, full] = [await aNetwork(10), await aNetwork(1)];
    await reserve(full.id);
    const wants = [{ network: roomy.id }, { network: full.id }];
    await expect(nics.reserve({ key: aKey(), vm: aVm(), owner, nics: wants })).rejects.toMatchObject({ code: 'SubnetFull' });
    expect(await nics.list(undefined, roomy.id)).toEqual([]);
  });

  it('gives the address that is named, once', async () => {
    const network = await aNetwork(10);
    const named = network.provisionStart.replace(/\.2$/, '.7');
    const made = await nics.reserve({ key: aKey(), vm: aVm(), owner, nics: [{ network: network.id, ip: named }] });
    expect(made[0]!.ip).toBe(named);
    const again = nics.reserve({ key: aKey(), vm: aVm(), owner, nics: [{ network: network.id, ip: named }] });
    await expect(again).rejects.toMatchObject({ code: 'InUse' });
    const gateway = nics.reserve({ key: aKey(), vm: aVm(), owner, nics: [{ network: network.id, ip: network.gateway! }] });
    await expect(gateway).rejects.toMatchObject({ code: 'InUse' });
    const foreign = nics.reserve({ key: aKey(), vm: aVm(), owner, nics: [{ network: network.id, ip: '192.168.1.1' }] });
    await expect(foreign).rejects.toMatchObject({ code: 'ValidationFailed' });
    const rest = await Promise.all(Array.from({ length: 9 }, () => despiteLoad(() => reserve(network.id))));
    expect(rest.flat().map((nic) => nic.ip)).not.toContain(named);
  });

  it('refuses a reserve that arrives after its release', async () => {
    const network = await aNetwork(2);
    const key = aKey();
    expect(await nics.release(key)).toBe(0);
    await expect(reserve(network.id, 1, key)).rejects.toMatchObject({ code: 'Fenced' });
  });

  it('leaves nothing when release and reserve of a key meet', async () => {
    const network = await aNetwork(50);
    await reserve(network.id);
    for (let n = 0; n < 40; n++) {
      const key = aKey();
      await Promise.allSettled([reserve(network.id, 3, key), nics.release(key), nics.release(key)]);
      await nics.release(key);
    }
    expect(await nics.list(undefined, network.id)).toHaveLength(1);
    const used = await pool.one<{ n: number }>("SELECT count(*)::int AS n FROM napi.address WHERE network_id = $1 AND state = 'assigned'", [
      network.id,
    ]);
    expect(used.n).toBe(1);
  });

  it('gives back all that an instance has', async () => {
    const network = await aNetwork(10);
    const vm = aVm();
    await reserve(network.id, 3, aKey(), vm);
    expect(await nics.releaseVm(vm)).toBe(3);
    expect(await nics.releaseVm(vm)).toBe(0);
    expect(await nics.list([vm], undefined)).toEqual([]);
  });

  it('hides networks of others and refuses to delete one in use', async () => {
    const other = randomUUID() as AccountId;
    const theirs = await aNetwork(5, { owners: [other] });
    await expect(reserve(theirs.id)).rejects.toMatchObject({ code: 'ResourceNotFound' });
    await expect(networks.get(theirs.id, owner)).rejects.toMatchObject({ code: 'ResourceNotFound' });
    expect((await networks.list(owner, undefined)).map((n) => n.id)).not.toContain(theirs.id);
    const mine = await aNetwork(5);
    const key = aKey();
    await reserve(mine.id, 1, key);
    await expect(networks.delete(mine.id, caller)).rejects.toMatchObject({ code: 'InUse' });
    await nics.release(key);
    await networks.delete(mine.id, caller);
    await expect(networks.get(mine.id, undefined)).rejects.toMatchObject({ code: 'ResourceNotFound' });
  });

  it('refuses subnets that overlap on one tag and VLAN, also when both come at once', async () => {
    const want = (name: string, subnet: string) =>
      networks.create(
        {
          name,
          nicTag: 'external',
          vlanId: 7,
          subnet,
          provisionStart: '172.16.0.2',
          provisionEnd: '172.16.0.9',
          resolvers: [],
          mtu: 1500,
          owners: [],
        },
        caller,
      );
    const both = await Promise.allSettled([want('wide', '172.16.0.0/16'), want('narrow', '172.16.0.0/24')]);
    expect(both.map((o) => o.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find((o) => o.status === 'rejected')).toMatchObject({ reason: { code: 'InUse' } });
  });

  it('finds free addresses by index, however many are taken', async () => {
    const network = await aNetwork(3000);
    for (let n = 0; n < 40; n++) await reserve(network.id, 30);
    const plan = await pool.transaction(async (tx) => {
      await tx.exec('ANALYZE napi.address').catch(() => undefined);
      return tx.many<{ 'QUERY PLAN': string }>(
        `EXPLAIN SELECT address FROM napi.address WHERE network_id = '${network.id}' AND state = 'free'
          ORDER BY released_at NULLS FIRST, address LIMIT 2 FOR UPDATE SKIP LOCKED`,
      );
    });
    const text = plan.map((row) => row['QUERY PLAN']).join('\n');
    expect(text).toContain('address_free');
    expect(text).not.toContain('Sort');
  });
});
