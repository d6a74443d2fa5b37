import { readFileSync } from 'node:fs';
import { NodeTransport } from '@nereid/client/operator-node';
import { OperatorClient } from '@nereid/client/operator';
import { adminapi, bucketLow, bucketOf } from '@nereid/contracts';
import { doorsOf } from '@nereid/infra-local';
import { Customer } from '../cloud/customer';
import { eventually } from '../cloud/eventually';
import { TestCloud } from '../cloud/test-cloud';

const ms = 1_000_000;

/** From a program in a zone on the real Linux node, by the kernel's tracepoints, to the columns that the operators' page paints. */
describe('analytics of a real Linux node', () => {
  let cloud: TestCloud;
  let customer: Customer;
  let operator: OperatorClient;
  let machine: Awaited<ReturnType<Customer['createAndWait']>>;

  beforeAll(async () => {
    cloud = await TestCloud.start({ hasRealNode: true, simulatedServers: 1 });
    customer = await Customer.first(cloud.installation);
    const ca = readFileSync(cloud.installation.path('ca', 'ca.pem'), 'utf8');
    operator = new OperatorClient(new NodeTransport({ url: (await doorsOf(cloud.installation)).adminapi, ca }));
    await operator.signIn({
      login: 'admin',
      password: readFileSync(cloud.installation.path('secrets', 'operator.password'), 'utf8').trim(),
    });
    const work = '( while :; do sleep 0.01; sleep 0.1; done ) </dev/null >/dev/null 2>&1 &';
    machine = await customer.createAndWait({ 'networks': [await customer.network('external')], 'metadata.user-script': work });
  }, 240_000);
  afterAll(async () => {
    customer?.close();
    operator?.close();
    await cloud?.remove();
  });

  const values = async (id: string) =>
    (await operator.call(adminapi.getValues, { id: id }, { seconds: 60 })).body.columns.flatMap(({ cells }) => cells);

  it('shows a program that sleeps 10 ms and 100 ms as two bands, in its instance', async () => {
    const sleeps = { or: [{ eq: ['syscall', 'nanosleep'] as const }, { eq: ['syscall', 'clock_nanosleep'] as const }] };
    const here = { and: [{ eq: ['hostname', (await cloud.realNode()).server] as const }, sleeps] };
    const { body: made } = await operator.call(
      adminapi.createInstrumentation,
      {},
      { module: 'syscall', stat: 'syscalls', predicate: here, decomposition: ['zonename', 'latency'] },
    );
    const naps = async () =>
      (await values(made.id)).filter(({ key }) => key === machine.id).flatMap(({ distribution }) => distribution ?? []);
    const within = (pairs: Awaited<ReturnType<typeof naps>>, low: number, high: number): number =>
      pairs.filter(([bucket]) => bucket >= bucketOf(low) && bucketLow(bucket) < high).reduce((sum, [, count]) => sum + count, 0);
    const bands = await eventually(
      'both bands',
      naps,
      (pairs) => within(pairs, 10 * ms, 60 * ms) >= 20 && within(pairs, 100 * ms, 400 * ms) >= 20,
      90_000,
    );
    // Nothing sleeps for less than it asked for, and between the two there is next to nothing.
    expect(within(bands, 0, 9 * ms)).toBe(0);
    expect(within(bands, 65 * ms, 90 * ms)).toBeLessThan(within(bands, 10 * ms, 60 * ms));
    const { body: shown } = await operator.call(adminapi.getInstrumentation, { id: made.id }, {});
    expect(shown.coverage!.map(({ state }) => state)).toEqual(['on', 'on']);
    await operator.call(adminapi.deleteInstrumentation, { id: made.id }, {});
  });

  it('has the figures of the instance and of its server, second by second', async () => {
    const read = async () =>
      (
        await operator.call(
          adminapi.getVmSeries,
          { uuid: machine.id },
          {
            series: 'cpuPercent,memoryBytes,processes,networkSentBytes',
            steps: '30',
          },
        )
      ).body.series;
    const series = await eventually(
      'its processor at work',
      read,
      (found) => found['cpuPercent']!.values.some((value) => value !== null && value > 0),
      30_000,
    );
    for (const name of ['memoryBytes', 'processes']) expect(Math.max(...series[name]!.values.map(Number))).toBeGreaterThan(0);
    const server = await operator.call(adminapi.getServerSeries, { uuid: (await cloud.realNode()).server }, {});
    expect(Math.max(...server.body.series['load']!.values.map(Number))).toBeGreaterThan(0);
  });
});
