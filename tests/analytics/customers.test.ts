import { cloudapi } from '@nereid/contracts';
import { Customer, type Machine } from '../cloud/customer';
import { eventually } from '../cloud/eventually';
import { TestCloud } from '../cloud/test-cloud';

type Value = cloudapi.RawValue['value'];

/** Two accounts on one server measure at the same time, through the customers' door: neither learns of the other's instances, whatever it asks. */
describe("customers' analytics", () => {
  let cloud: TestCloud;
  const customers: Customer[] = [];
  let [alice, bob]: Customer[] = [];
  let [hers, his]: Machine[] = [];

  beforeAll(async () => {
    cloud = await TestCloud.start({ simulatedServers: 1 });
    customers.push(await Customer.first(cloud.installation), await Customer.make(cloud.installation, 'bob'));
    [alice, bob] = customers;
    [hers, his] = await Promise.all(customers.map((customer) => customer.createAndWait()));
    expect(hers!.compute_node).toBe(his!.compute_node);
  }, 240_000);
  afterAll(async () => {
    for (const customer of customers) customer.close();
    await cloud?.remove();
  });

  type Want = Parameters<typeof create>[1];
  const create = async (
    who: Customer,
    want: { predicate?: Record<string, unknown>; decomposition?: string[]; module?: string; stat?: string },
  ) => (await who.client.call(cloudapi.createInstrumentation, {}, { module: 'syscall', stat: 'syscalls', ...want })).body;
  const remove = (who: Customer, id: string) => who.client.call(cloudapi.deleteInstrumentation, { id }, {});
  const read = async (who: Customer, id: string): Promise<cloudapi.RawValue> =>
    (await who.client.call(cloudapi.getInstrumentationValue, { id }, {})).body as cloudapi.RawValue;
  /** What was measured in a second of which the server has spoken. */
  const measured = async (who: Customer, want: Want, isEnough: (value: Value) => boolean = () => true): Promise<Value> => {
    const { id } = await create(who, want);
    const { value } = await eventually('a second of it', () => read(who, id), ({ value, minreporting }) => minreporting > 0 && isEnough(value), 60_000); // prettier-ignore
    await remove(who, id);
    return value;
  };
  const hasKeys = (value: Value): boolean => Object.keys(value).length > 0;

  it('shows each account its own instance, and both the same catalogue', async () => {
    const decomposition = ['zonename'];
    expect(Object.keys(await measured(alice!, { decomposition }, hasKeys))).toEqual([hers!.id]);
    expect(Object.keys(await measured(bob!, { decomposition }, hasKeys))).toEqual([his!.id]);
    const [one, other] = await Promise.all(customers.map((who) => who.client.call(cloudapi.describeAnalytics, {}, {})));
    expect(one!.body).toEqual(other!.body);
    expect(one!.body.metrics.map(({ module }) => module)).not.toContain('disk');
  });

  it('is never widened by a predicate or a decomposition', async () => {
    const isHis = { eq: ['zonename', his!.id] };
    const anything = { or: [isHis, { ne: ['zonename', his!.id] }, { ge: ['latency', 0] }] };
    expect(await measured(alice!, { predicate: isHis, decomposition: ['zonename'] })).toEqual({});
    expect(await measured(alice!, { predicate: isHis })).toBe(0);
    expect(await measured(alice!, { predicate: isHis, decomposition: ['latency'] })).toEqual([]);
    expect(Object.keys(await measured(alice!, { predicate: anything, decomposition: ['zonename'] }, hasKeys))).toEqual([hers!.id]);
    const processes = Object.keys(await measured(alice!, { predicate: anything, decomposition: ['pid'] }, hasKeys));
    expect(processes.filter((key) => !key.startsWith(`${hers!.id}/`))).toEqual([]);
    expect(processes[0]).toMatch(/\/\d+ [a-z]+$/);
    for (const want of [
      { decomposition: ['hostname'] },
      { predicate: { eq: ['hostname', his!.compute_node!] } },
      { predicate: { or: [{ eq: ['execname', 'sh'] }, { ne: ['hostname', his!.compute_node!] }] } },
      { module: 'disk', stat: 'physio_ops' },
    ]) {
      await expect(create(alice!, want)).rejects.toMatchObject({ code: 'InvalidArgument', errors: [{ code: 'Invalid' }] });
    }
  });

  it("hides another's instrumentation in every way in", async () => {
    const { id } = await create(alice!, { decomposition: ['zonename', 'latency'] });
    const missing = { code: 'ResourceNotFound' };
    await expect(bob!.client.call(cloudapi.getInstrumentation, { id }, {})).rejects.toMatchObject(missing);
    await expect(read(bob!, id)).rejects.toMatchObject(missing);
    await expect(remove(bob!, id)).rejects.toMatchObject(missing);
    await expect(bob!.client.call(cloudapi.cloneInstrumentation, { id }, { action: 'clone' })).rejects.toMatchObject(missing);
    await expect(bob!.client.call(cloudapi.createInstrumentation, {}, { clone: id })).rejects.toMatchObject(missing);
    await expect(bob!.client.call(cloudapi.getInstrumentationHeatmap, { id }, {})).rejects.toMatchObject(missing);
    await expect(bob!.client.call(cloudapi.getInstrumentationHeatmapDetails, { id }, { x: 1, y: 1 })).rejects.toMatchObject(missing);
    expect((await bob!.client.call(cloudapi.listInstrumentations, {}, {})).body).toEqual([]);
    const { body } = await alice!.client.call(cloudapi.listInstrumentations, {}, {});
    expect(body.map((one) => one.id)).toEqual([id]);
    await remove(alice!, id);
  });

  it('draws the heat map of an own instance, and says what lies in it', async () => {
    const { id } = await create(alice!, { decomposition: ['zonename', 'latency'] });
    const draw = async () =>
      (await alice!.client.call(cloudapi.getInstrumentationHeatmap, { id }, { duration: 5, transformations: 'vm' })).body;
    const drawn = await eventually('a picture with something in it', draw, ({ present }) => present.length > 0, 60_000);
    expect(Buffer.from(drawn.image, 'base64').subarray(1, 4).toString()).toBe('PNG');
    expect(drawn).toMatchObject({ present: [hers!.id], transformations: { vm: { [hers!.id]: hers!.name } } });
    await remove(alice!, id);
  });

  it("is the nereid command's too", async () => {
    const nereid = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await cloud.nereid(['instrumentation', ...args]);
      if (code !== 0 || stderr !== '') throw new Error(`nereid ${args.join(' ')}: exit ${code}\n${stderr}${stdout}`);
      return stdout.trimEnd();
    };
    expect(await nereid('metrics', '-H', '-o', 'name')).toContain('syscall.syscalls');
    const predicate = JSON.stringify({ ne: ['execname', 'cron'] });
    const { id } = JSON.parse(await nereid('create', 'syscall.syscalls', '-d', 'zonename,latency', '-p', predicate, '-j')) as {
      id: string;
    };
    expect(await nereid('ls', '-H', '-o', 'id,metric,decomposition')).toMatch(new RegExp(`^${id} +syscall.syscalls +zonename,latency$`));
    const value = () => nereid('value', id.slice(0, 8));
    const shown = await eventually('its own instance by name', value, (text) => text.includes(hers!.id), 60_000);
    expect(shown.split('\n')[0]).toMatch(/^KEY +NAME +COUNT +P50 +P90 +P99 +MAX$/);
    expect(shown).toMatch(new RegExp(`${hers!.id} +${hers!.name} +\\d+ +[\\d.]+(ns|µs|ms|s) `));
    const { stdout } = await cloud.shell(`nereid instrumentation watch -j ${id} | head -2`);
    const [first, second] = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as cloudapi.RawValue); // prettier-ignore
    expect(second!.start_time).toBe(first!.end_time);
    expect(await cloud.shell(`nereid instrumentation watch ${id} | head -1`)).toMatchObject({
      stdout: expect.stringMatching(/^\d\d:\d\d:\d\d {2}\S+=\d+.* {2}p50 \S+ {2}p90 \S+ {2}p99 \S+\n$/),
    });
    const terminal = cloud.terminal(`nereid instrumentation watch ${id}`);
    try {
      await terminal.until(/syscall\.syscalls {2}\d\d:\d\d:\d\d {2}p50 .*Ctrl-C leaves\r\n[\s\S]*\x1b\[38;2;/);
      terminal.signal('SIGINT');
      expect(await terminal.ended).toBe(0);
    } finally {
      terminal.close();
    }
    expect(await nereid('rm', id)).toBe(`Deleted instrumentation ${id}`);
    expect((await cloud.nereid(['instrumentation', 'get', id])).code).toBe(3);
    expect((await cloud.nereid(['instrumentation', 'create', 'syscall'])).code).toBe(2);
  });

  it('ends at ten for each account, whatever the other has', async () => {
    const made: string[] = [];
    for (let n = 0; n < 10; n++) made.push((await create(alice!, {})).id);
    await expect(create(alice!, {})).rejects.toMatchObject({ code: 'NotAuthorized', message: expect.stringMatching(/10/) });
    await remove(bob!, (await create(bob!, {})).id);
    await remove(alice!, made.pop()!);
    made.push((await create(alice!, {})).id);
    for (const id of made) await remove(alice!, id);
  });
});
