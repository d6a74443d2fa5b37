import type { ImageSource } from '@nereid/driver';
import { aTask, anInstance, bringUp, takeDown } from '@nereid/driver/conformance';
import { describeInBox } from '@nereid/infra-node-box/testing';
import { until } from '@nereid/ports/until';
import { LinuxHarness, run, type TestBox } from '../testing/linux-harness';

describeInBox(__filename, () => {
  let harness: LinuxHarness;
  let image: ImageSource;

  beforeAll(async () => {
    harness = await LinuxHarness.make(JSON.parse(process.env.NEREID_BOX!) as TestBox);
    await harness.driver.node.prepare(aTask().signal);
    image = await harness.image();
    await harness.driver.image.import(aTask(), image);
  });
  afterAll(async () => {
    await harness.driver.node.close();
    await harness.close();
  });

  const list = async (...argv: string[]): Promise<string[]> => (await run('zfs', 'list', '-H', ...argv)).split('\n').filter(Boolean);
  const prepared = async (): Promise<string[]> =>
    (await list('-o', 'name', '-t', 'snapshot')).filter((name) => name.includes(`/prepared/${image.id}`)).sort();
  const twoAreReady = async (): Promise<string[]> =>
    until('two prepared roots', async () => {
      if (harness.problems.length > 0) throw new Error(harness.problems.join('\n'));
      const names = await prepared();
      return names.length >= 2 ? names : undefined;
    });
  const originOf = async (id: string): Promise<string> =>
    (await run('zfs', 'get', '-H', '-o', 'value', 'origin', `${harness.box.pool}/instances/${id}`)).trim();

  it('makes instances from roots that have their ids already, and gives a range to the next one when its instance is gone', async () => {
    await twoAreReady();
    const [one, two] = [anInstance(harness, image), anInstance(harness, image)];
    await bringUp(harness, one);
    await bringUp(harness, two);
    const [first, second] = [await originOf(one.id), await originOf(two.id)];
    expect(first).not.toBe(second);
    expect(await prepared()).toEqual(expect.arrayContaining([first, second]));
    const idBase = /\.(\d+)@root$/.exec(first)![1]!;
    const owners = await harness.inGuest(one, 'stat', '-c', '%u:%g', '/', '/bin/busybox', '/etc/passwd');
    expect(owners).toBe(`${idBase}:${idBase}\n`.repeat(3)); // as the server numbers them: the guest's root

    await takeDown(harness, one);
    expect(await harness.leftovers(one)).toEqual([]);
    await takeDown(harness, two);
  });

  it('is known to the next driver: a root in use is given to nobody else', async () => {
    await twoAreReady();
    const living = anInstance(harness, image);
    await bringUp(harness, living);
    const before = harness.driver;
    await before.node.close();
    const next = harness.anotherDriver();
    await next.node.prepare(aTask().signal);
    const others = await Promise.all([1, 2, 3].map(async () => anInstance(harness, image)));
    for (const spec of others) await next.storage.ensureRoot(aTask(), spec);

    const origins = await Promise.all([living, ...others].map(({ id }) => originOf(id)));
    const fromPrepared = origins.filter((origin) => origin.includes('/prepared/'));
    expect(new Set(fromPrepared).size).toBe(fromPrepared.length);
    expect(fromPrepared).toContain(origins[0]);

    for (const spec of others) await next.storage.remove(aTask(), spec.id);
    await next.node.close();
    await before.node.prepare(aTask().signal);
    await takeDown(harness, living);
  });

  it('throws away one that a crash left half made, and all when the image goes', async () => {
    await twoAreReady();
    await harness.driver.node.close();
    const half = `${harness.box.pool}/prepared/${image.id}.999`;
    await run('zfs', 'clone', `${harness.box.pool}/images/${image.id}@image`, half);
    await harness.driver.node.prepare(aTask().signal);
    expect(await list('-o', 'name')).not.toContain(half);

    await harness.driver.image.remove(aTask(), image.id);
    expect((await list('-o', 'name', '-t', 'filesystem,snapshot')).filter((name) => name.includes(image.id))).toEqual([]);
  });
});
