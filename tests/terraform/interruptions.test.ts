import { describeFindings } from '../checker/finding';
import { Customer, type Machine } from '../cloud/customer';
import { eventually } from '../cloud/eventually';
import { TestCloud } from '../cloud/test-cloud';
import { WorkingDirectory } from './working-directory';

// Terraform starts the provider several times a command, and machines that run tests are busy.
jest.setTimeout(300_000);

const configuration = `provider "nereid" {}
resource "nereid_machine" "one" {
  image   = "nereid-base"
  package = "nano"
  tags    = { role = "one" }
}
`;
const address = 'nereid_machine.one';

/** What becomes of an instance when its making does not get to its end, and of its record. */
describe('terraform, interrupted', () => {
  let cloud: TestCloud;
  let customer: Customer;
  let work: WorkingDirectory;

  beforeAll(async () => {
    cloud = await TestCloud.start({ simulatedServers: 1 });
    customer = await Customer.first(cloud.installation);
    work = await WorkingDirectory.make(cloud, configuration);
  });
  afterAll(async () => {
    work?.remove();
    customer?.close();
    await cloud?.remove();
  });

  /** The next instance takes so long to start. */
  const slowStart = (delayMs: number): Promise<unknown> =>
    cloud.control({ fault: { operation: 'instance.start', mode: 'slow', delayMs, times: 1 } });
  const theOne = (): Promise<Machine> =>
    eventually(
      'an instance is being made',
      async () => (await customer.list())[0]!,
      (machine) => machine !== undefined,
    );
  const expectNothingLeft = async (): Promise<void> => {
    await work.ok('destroy', '-auto-approve');
    expect(await customer.list()).toEqual([]);
    expect(describeFindings(await cloud.findings())).toBe('');
  };

  it('a failed create is recorded as tainted, says why, and is made anew', async () => {
    await cloud.control({ fault: { operation: 'instance.start', mode: 'fail', code: 'Internal', times: 1 } });
    const { code, stderr } = await work.run('apply', '-auto-approve');
    expect(code).toBe(1);
    expect(stderr).toContain('The instance failed');
    const failed = work.state().get(address)!;
    expect(failed).toMatchObject({ tainted: true, values: { state: 'failed' } });
    expect(await customer.get(String(failed.values['id']))).toMatchObject({ state: 'failed' });
    expect(describeFindings(await cloud.findings())).toBe('');

    await work.apply();
    const made = work.state().get(address)!;
    expect(made).toMatchObject({ tainted: false, values: { state: 'running' } });
    expect(made.values['id']).not.toBe(failed.values['id']);
    await expectNothingLeft();
  });

  it('Ctrl-C in the middle of a create records it; the next run replaces it', async () => {
    await slowStart(10_000);
    const { child, done } = work.start('apply', '-auto-approve');
    const { id } = await theOne();
    process.kill(-child.pid!, 'SIGINT');
    const { code, stderr } = await done;
    expect([code, stderr]).toEqual([1, expect.stringContaining('asked to stop')]);
    expect(work.state().get(address)).toMatchObject({ tainted: true, values: { id, tags: { role: 'one' } } });
    expect((await customer.get(id)).tags).toEqual({ role: 'one' });

    await work.apply();
    expect((await customer.list()).map((machine) => machine.id)).toEqual([work.values(address)['id']]);
    expect(work.values(address)['id']).not.toBe(id);
    await expectNothingLeft();
  });

  it('killed in the middle of a create, the next run goes on with what is there', async () => {
    await slowStart(10_000);
    const { child, done } = work.start('apply', '-auto-approve');
    const { id } = await theOne();
    process.kill(-child.pid!, 'SIGKILL');
    await done;
    expect(work.state().has(address)).toBe(false);

    await work.apply();
    expect(work.state().get(address)).toMatchObject({ tainted: false, values: { id, state: 'running' } });
    expect((await customer.list()).map((machine) => machine.id)).toEqual([id]);
    expect((await customer.get(id)).tags).toEqual({ role: 'one' });
    await expectNothingLeft();
  });

  it('a create that takes longer than its time-out is recorded', async () => {
    work.configure(configuration.replace('tags ', 'timeouts { create = "1s" }\n  tags '));
    await slowStart(10_000);
    const { code, stderr } = await work.run('apply', '-auto-approve');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/still provisioning\s+and\s+not\s+running\s+after\s+1\s+s/)]);
    expect(work.state().get(address)).toMatchObject({ tainted: true });
    await expectNothingLeft();
  });
});
