import { stopProcess } from '@nereid/infra-local/servers';
import { serviceNames } from '@nereid/infra-local';
import { describeFindings } from '../checker/finding';
import { Customer, type Machine } from '../cloud/customer';
import { eventually } from '../cloud/eventually';
import { TestCloud } from '../cloud/test-cloud';

/** The shape in which a datacenter runs: each app a process of its own, any of which may die. */
describe('one process an app', () => {
  let cloud: TestCloud;
  let customer: Customer;
  let machine: Machine;

  beforeAll(async () => {
    cloud = await TestCloud.start({ isProcessPerApp: true, simulatedServers: 2 });
    customer = await Customer.first(cloud.installation);
  }, 300_000);
  afterAll(async () => {
    customer?.close();
    await cloud?.remove();
  });

  it('is one process for each', () => {
    const running = serviceNames.filter((name) => cloud.installation.processes.living(name));
    expect(running).toEqual(serviceNames);
    expect(cloud.installation.processes.living('standalone')).toBeUndefined();
  });

  it('takes an instance through its life', async () => {
    machine = await customer.createAndWait({ name: 'life' });
    await customer.act(machine.id, 'stop');
    await customer.until(machine.id, 'stopped');
    await customer.act(machine.id, 'start');
    await customer.until(machine.id, 'running');
    expect(describeFindings(await cloud.findings())).toBe('');
  });

  it('goes on where it was when a killed one is started again', async () => {
    await Promise.all(['vmapi', 'napi'].map((name) => stopProcess(cloud.installation.processes.living(name)!, 'SIGKILL')));
    await expect(customer.create({ name: 'refused' })).rejects.toMatchObject({ status: 503 });
    await cloud.up();
    const second = await eventually(
      'a create is accepted',
      () => customer.create({ name: 'after' }).catch(() => undefined),
      (made) => made !== undefined,
    );
    await customer.until(second!.id, 'running');
    expect((await customer.list()).map(({ name }) => name)).toEqual(['life', 'after']);
    await Promise.all([machine.id, second!.id].map((id) => customer.destroy(id)));
    expect(describeFindings(await cloud.findings())).toBe('');
  });
});
