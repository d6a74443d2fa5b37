import { createNetwork, createNicTag } from '@nereid/contracts';
import { externalOf, internalTag } from '@nereid/infra-local';
import { describeFindings } from '../checker/finding';
import { Customer, type Machine } from '../cloud/customer';
import { eventually } from '../cloud/eventually';
import { asOperator, operatorCaller } from '../cloud/operator';
import { TestCloud } from '../cloud/test-cloud';

/** Two boxes are two real servers: each with its own kernel's view, pool and agent, and each fails alone. */
describe('two real nodes', () => {
  let cloud: TestCloud;
  let customer: Customer;
  let first: Machine;
  let second: Machine;
  const servers: string[] = [];

  beforeAll(async () => {
    cloud = await TestCloud.start({ hasRealNode: true, realNodes: 2, simulatedServers: 0 });
    customer = await Customer.first(cloud.installation);
    servers.push((await cloud.realNode(0)).server, (await cloud.realNode(1)).server);
  }, 300_000);
  afterAll(async () => {
    customer?.close();
    await cloud?.remove();
  });

  it('run instances that this machine reaches, each on its own network', async () => {
    const networks = await Promise.all([0, 1].map((index) => customer.network(externalOf(index))));
    [first, second] = (await Promise.all(networks.map((id, index) => customer.createAndWait({ name: `on${index}`, networks: [id] })))) as [
      Machine,
      Machine,
    ];
    expect([first.compute_node, second.compute_node]).toEqual(servers);
    expect(await customer.ssh(first.primaryIp!, 'mdata-get sdc:uuid')).toBe(first.id);
    expect(await customer.ssh(second.primaryIp!, 'mdata-get sdc:uuid')).toBe(second.id);
  });

  it('an instance without networks named gets the first public one alone', async () => {
    const { compute_node: server, nics, id } = await customer.createAndWait({ name: 'plain' });
    expect({ server, nics: nics?.length }).toEqual({ server: servers[0], nics: 1 });
    await customer.destroy(id);
  });

  it('locality keeps instances apart, and fails one that it cannot', async () => {
    const network = await asOperator(cloud.installation, async (bus) => {
      await bus.call(createNicTag, { name: internalTag }, operatorCaller());
      const range = { subnet: '10.99.0.0/24', provisionStart: '10.99.0.10', provisionEnd: '10.99.0.250' };
      // Not everybody's: else it would be what an instance gets that names no network.
      return bus.call(createNetwork, { name: 'inside', nicTag: internalTag, ...range }, operatorCaller());
    });
    const networks = [network.id];
    const apart = await customer.createAndWait({ name: 'apart', networks, locality: { strict: true, far: [first.id] } });
    expect(apart.compute_node).toBe(servers[1]);
    const near = await customer.createAndWait({ name: 'near', networks, locality: { strict: true, near: [first.id] } });
    expect(near.compute_node).toBe(servers[0]);

    const nowhere = await customer.create({ name: 'nowhere', networks, locality: { strict: true, far: [first.id, second.id] } });
    await eventually(
      'no server is left for it',
      () => customer.get(nowhere.id),
      ({ state }) => state === 'failed',
    );
    const audit = await cloud.sql<{ failure: { code: string } | null }>('SELECT failure FROM vmapi.vm WHERE id = $1', [nowhere.id]);
    expect(audit[0]?.failure?.code).toBe('InsufficientCapacity');
    await Promise.all([apart, near].map(({ id }) => customer.destroy(id)));
    expect(describeFindings(await cloud.findings())).toBe('');
  });

  describe('when one dies', () => {
    const stateOf = async (server: string): Promise<string> =>
      (await cloud.sql<{ state: string }>('SELECT state FROM cnapi.server WHERE id = $1', [server]))[0]!.state;

    it('its server becomes suspect, then down, its instance shows offline, and the other works', async () => {
      process.kill((await cloud.realNode(1)).supervisorPid, 'SIGKILL');
      await eventually(
        'suspect',
        () => stateOf(servers[1]!),
        (state) => state === 'suspect',
        60_000,
      );
      const another = await customer.createAndWait({ name: 'meanwhile' });
      expect(another.compute_node).toBe(servers[0]);
      expect(await customer.ssh(first.primaryIp!, 'echo lives')).toBe('lives');
      await customer.destroy(another.id);
      await eventually(
        'down',
        () => stateOf(servers[1]!),
        (state) => state === 'down',
        90_000,
      );
      expect(await stateOf(servers[0]!)).toBe('up');
      await eventually(
        'offline',
        () => customer.get(second.id),
        ({ state }) => state === 'offline',
        60_000,
      );
      expect((await customer.get(first.id)).state).toBe('running');
    }, 240_000);

    it('comes back with its data, and its instance runs again', async () => {
      await cloud.up();
      await customer.until(second.id, 'running');
      expect(await stateOf(servers[1]!)).toBe('up');
      expect(await customer.ssh(second.primaryIp!, 'mdata-get sdc:uuid')).toBe(second.id);
    }, 240_000);

    it('nothing is left when all is deleted', async () => {
      await Promise.all([first, second].map(({ id }) => customer.destroy(id)));
      expect(describeFindings(await cloud.findings())).toBe('');
    });
  });
});
