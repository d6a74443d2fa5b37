import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Client } from 'pg';
import { Customer } from '../cloud/customer';
import { TestCloud } from '../cloud/test-cloud';
import { describeFindings, type Finding } from './finding';
import { nodePlants, PlantedProcess, rowPlants, type Ids } from './plants';

/**
 * A checker that says nothing is worth something only if it speaks when it must. On a real node and a real database one fault of each kind is
 * planted, by the system's own programs and by SQL past every constraint; each must be named, and nothing else, and nothing afterwards.
 */
describe('the checker, on a real cloud', () => {
  let cloud: TestCloud;
  let customer: Customer;
  let ids: Ids;
  let ground: Parameters<typeof nodePlants>[0];

  beforeAll(async () => {
    cloud = await TestCloud.start({ hasRealNode: true, simulatedServers: 0 });
    customer = await Customer.first(cloud.installation);
    const { id, compute_node: server } = await customer.createAndWait({ name: 'sound' });
    ids = { vm: randomUUID(), live: id, server: server! };
    ground = { ...(await cloud.realNode()), pool: `nereid-${cloud.installation.id}` };
  }, 300_000);
  afterAll(async () => {
    customer?.close();
    await cloud?.remove();
  });

  const findings = async (): Promise<readonly Finding[]> => cloud.findings();

  it('says nothing of a sound cloud', async () => {
    expect(describeFindings(await findings())).toBe('');
  });

  it('names one of each kind of thing left on a node, by its own name', async () => {
    for (const planted of nodePlants(ground, ids.vm)) {
      await planted.plant();
      try {
        expect(await findings()).toContainEqual(expect.objectContaining({ invariant: 'I2', kind: planted.kind, name: planted.name }));
      } finally {
        await planted.remove();
      }
      expect(describeFindings(await findings())).toBe('');
    }
  });

  it('names an instance that runs twice', async () => {
    const second = new PlantedProcess(join('/sys/fs/cgroup/memory', ground.cgroupParent, ids.live));
    await second.start();
    try {
      expect(await findings()).toContainEqual(expect.objectContaining({ invariant: 'I3', kind: 'instance', name: ids.live }));
    } finally {
      await second.end();
    }
    expect(describeFindings(await findings())).toBe('');
  });

  it.each(rowPlants.map((plant) => [plant.kind, plant] as const))('names a %s that must not be', async (kind, plant) => {
    await pastEveryConstraint(plant.plant);
    try {
      expect(await findings()).toContainEqual(expect.objectContaining({ kind, name: plant.name(ids) }));
    } finally {
      await pastEveryConstraint(plant.remove);
    }
    expect(describeFindings(await findings())).toBe('');
  });

  it('need not look for what the schema refuses: an address with two NICs, two jobs at once on an instance', async () => {
    await expect(
      cloud.sql(
        `INSERT INTO napi.nic (mac, vm, slot, owner, network_id, address, is_primary, reservation_key)
         SELECT '02:00:00:be:ef:02', $1, 0, owner, network_id, address, true, 'planted' FROM napi.nic LIMIT 1`,
        [ids.vm],
      ),
    ).rejects.toThrow('nic_address');
    const jobs = `INSERT INTO vmapi.job (id, workflow, workflow_version, vm, input, first_steps, state)
      SELECT gen_random_uuid(), 'vm.planted', 1, $1, '{}', '{}', 'running' FROM generate_series(1, 2)`;
    await expect(cloud.sql(jobs, [ids.live])).rejects.toThrow('job_one_active');
  });

  async function pastEveryConstraint(sql: string): Promise<void> {
    const client = new Client({ connectionString: await cloud.databaseUrl() });
    await client.connect();
    try {
      await client.query('SET session_replication_role = replica'); // neither triggers nor foreign keys
      await client.query(sql.replace(/:(vm|live|server)\b/g, (_, name: keyof Ids) => client.escapeLiteral(ids[name])));
    } finally {
      await client.end();
    }
  }
});
