import { bucketLow, bucketOf, cloudapi, type ValueCell } from '@nereid/contracts';
import { generateKeys, signerFor } from '@nereid/http-signature/testing';
import { PNG } from 'pngjs';
import { SmallAnalytics } from './small-analytics';
import { SmallCloud } from './small-cloud';
import { TestDoor } from './test-door';

const keys = generateKeys().ed25519;
const stranger = generateKeys().ed25519;
const cloud = new SmallCloud();
cloud.addAccount('acme', [keys.publicLine]);
cloud.addAccount('other', [stranger.publicLine]);
const analytics = new SmallAnalytics(cloud.bus);
const other = signerFor(stranger, 'other');
let door: TestDoor;

beforeAll(async () => {
  door = await TestDoor.open(cloud, signerFor(keys, 'acme'));
});
afterAll(() => door.close());
beforeEach(() => {
  analytics.made.clear();
  analytics.columns.clear();
  analytics.isFull = false;
});

const at = '/my/analytics/instrumentations';
const create = (body: object, signer = signerFor(keys, 'acme')) =>
  door.ask(at, { method: 'POST', body: { module: 'syscall', stat: 'syscalls', ...body }, signer });
const made = async (body: object): Promise<string> => (await create(body)).body.id as string;
/** What was measured in one second. */
const second = (second: number, cells: ValueCell[], reporting = 2): void => {
  analytics.columns.set(second, { second, reporting, cells });
};
const us = 1_000;

describe('what can be measured', () => {
  it('is described with labels, types and units, without what is operators’ alone', async () => {
    const { status, body } = await door.ask('/my/analytics');
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['modules', 'fields', 'types', 'metrics', 'transformations']);
    expect(body.modules).toMatchObject({ syscall: { label: 'system calls' } });
    expect(body.modules.disk).toBeUndefined();
    expect(body.fields.latency).toEqual({ label: 'latency', type: 'time' });
    expect(body.types.time).toEqual({ arity: 'numeric', unit: 'seconds', abbr: 's', base: 10, power: -9 });
    expect(JSON.stringify(body)).not.toContain('hostname');
    for (const metric of body.metrics) {
      expect(body.modules[metric.module]).toBeDefined();
      for (const field of metric.fields) expect(body.types[body.fields[field].type]).toBeDefined();
    }
  });
});

describe('instrumentations', () => {
  it('are made with their published names, found, listed and ended', async () => {
    const predicate = { eq: ['execname', 'nginx'] };
    const reply = await create({ 'predicate': predicate, 'decomposition': ['zonename', 'latency'], 'idle-max': '60' });
    const { id } = reply.body;
    expect(reply).toMatchObject({ status: 201, headers: { location: `/acme/analytics/instrumentations/${id}` } });
    expect(reply.body).toEqual({
      id,
      'module': 'syscall',
      'stat': 'syscalls',
      predicate,
      'decomposition': ['zonename', 'latency'],
      'value-dimension': 3,
      'value-arity': 'numeric-decomposition',
      'value-scope': 'interval',
      'enabled': true,
      'retention-time': 600,
      'idle-max': 60,
      'granularity': 1,
      'persist-data': false,
      'nsources': 2,
      'crtime': Date.parse('2026-11-22T10:00:00.000Z'),
      'transformations': { vm: { label: 'names of instances', fields: ['zonename', 'pid'] } },
      'uris': ['value/raw', 'value/heatmap/image', 'value/heatmap/details'].map((value) => ({
        uri: `/acme/analytics/instrumentations/${id}/${value}`,
        name: value.replaceAll('/', '_'),
      })),
    });
    expect((await door.ask(`${at}/${id}`)).body).toEqual(reply.body);
    const list = await door.ask(at);
    expect(list).toMatchObject({ headers: { 'x-resource-count': '1' }, body: [reply.body] });
    expect((await door.ask(`${at}/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await door.ask(`${at}/${id}`)).status).toBe(404);
  });

  it('take predicates as text and decompositions with commas, as query strings have them', async () => {
    const query = `module=fs&stat=logical_rwops&predicate=${encodeURIComponent('{"ge":["latency",1000]}')}&decomposition=optype,latency`;
    const { status, body } = await door.ask(`${at}?${query}`, { method: 'POST' });
    expect(status).toBe(201);
    expect(body).toMatchObject({ predicate: { ge: ['latency', 1000] }, decomposition: ['optype', 'latency'] });
  });

  it('are cloned by an action and by a create, with changes', async () => {
    const id = await made({ decomposition: ['execname'] });
    const cloned = await door.ask(`${at}/${id}`, { method: 'POST', body: { action: 'clone', decomposition: ['latency'] } });
    expect(cloned).toMatchObject({
      status: 200,
      body: { 'stat': 'syscalls', 'decomposition': ['latency'], 'value-arity': 'numeric-decomposition' },
    });
    expect(cloned.body.id).not.toBe(id);
    const again = await door.ask(at, { method: 'POST', body: { clone: id, predicate: { ne: ['execname', 'sh'] } } });
    expect(again).toMatchObject({ status: 201, body: { decomposition: ['execname'], predicate: { ne: ['execname', 'sh'] } } });
  });

  it.each([
    ['no module', { module: undefined }, 'MissingParameter', 'module'],
    ['no stat', { stat: undefined }, 'MissingParameter', 'stat'],
    ['an unknown field', { decomposition: ['nothing'] }, 'InvalidArgument', 'decomposition'],
    ['an operators’ field', { decomposition: ['hostname'] }, 'InvalidArgument', 'decomposition'],
    ['a predicate that is none', { predicate: '{"eq":' }, 'InvalidArgument', 'predicate'],
    ['a predicate of an unknown field', { predicate: { eq: ['nothing', 'x'] } }, 'InvalidArgument', 'predicate'],
    ['a granularity that is not measured', { granularity: 60 }, 'InvalidArgument', 'granularity'],
    ['values that are kept for ever', { 'persist-data': true }, 'InvalidArgument', 'persist-data'],
    ['more than is kept', { 'retention-time': 86_400 }, 'InvalidArgument', 'retention-time'],
    ['no end', { 'idle-max': 0 }, 'InvalidArgument', 'idle-max'],
  ])('%s is refused, by the name of the parameter', async (_what, body, code, field) => {
    const reply = await create(body);
    expect(reply).toMatchObject({ status: 409, body: { code, errors: [{ field }] } });
    expect(analytics.made.size).toBe(0);
  });

  it('are as many as the account may have', async () => {
    analytics.isFull = true;
    expect(await create({})).toMatchObject({ status: 403, body: { code: 'NotAuthorized', message: 'Enough.' } });
  });

  it('of another account are not there, whatever is asked of them', async () => {
    const id = await made({ decomposition: ['zonename', 'latency'] });
    const before = [...analytics.made.keys()];
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['DELETE', '', undefined],
      ['POST', '', { action: 'clone' }],
      ['GET', '/value/raw', undefined],
      ['GET', '/value/heatmap/image', undefined],
      ['GET', '/value/heatmap/details?x=1&y=1', undefined],
    ] as const) {
      const theirs = await door.ask(`${at}/${id}${path}`, { method, body, signer: other });
      expect(theirs).toMatchObject({ status: 404, body: { code: 'ResourceNotFound' } });
    }
    expect((await door.ask(at, { method: 'POST', body: { clone: id }, signer: other })).status).toBe(404);
    expect((await door.ask(at, { signer: other })).body).toEqual([]);
    expect([...analytics.made.keys()]).toEqual(before);
    // Every call that the door made named the account that signed.
    const asked = cloud.bus.asked.filter(({ subject }) => subject.startsWith('analytics.'));
    expect(
      asked.every(({ request, caller }) => (request as { account?: string }).account === (caller as { account?: string }).account),
    ).toBe(true);
    expect(asked.length).toBeGreaterThan(6);
  });

  it('whose id is none are not there', async () => {
    expect((await door.ask(`${at}/17`)).status).toBe(404);
  });
});

describe('values', () => {
  it('are numbers, and lists of ranges, by key where there is one', async () => {
    const bucket = bucketOf(100 * us);
    second(analytics.head, [
      { key: 'sh', count: 3, distribution: [[bucket, 3]] },
      { key: 'cat', count: 2, distribution: [[bucket, 1], [bucket + 1, 1]] },
    ]); // prettier-ignore
    const value = async (decomposition: string[]) => (await door.ask(`${at}/${await made({ decomposition })}/value/raw`)).body.value;
    const [low, mid, high] = [bucketLow(bucket), bucketLow(bucket + 1), bucketLow(bucket + 2)];
    expect(await value([])).toBe(5);
    expect(await value(['execname'])).toEqual({ sh: 3, cat: 2 });
    expect(await value(['latency'])).toEqual([[[low, mid], 4], [[mid, high], 1]]); // prettier-ignore
    expect(await value(['execname', 'latency'])).toEqual({ sh: [[[low, mid], 3]], cat: [[[low, mid], 1], [[mid, high], 1]] }); // prettier-ignore
  });

  it('are those of the newest second unless told, and say how whole they are', async () => {
    const id = await made({ decomposition: [] });
    const { head } = analytics;
    second(head - 1, [{ key: '', count: 7 }], 2);
    second(head, [{ key: '', count: 1 }], 1);
    const times = (start: number, duration: number) => ({
      start_time: start,
      duration,
      end_time: start + duration,
      requested_start_time: start,
    });
    expect((await door.ask(`${at}/${id}/value/raw`)).body).toMatchObject({ value: 1, nsources: 2, minreporting: 1, ...times(head, 1) });
    expect((await door.ask(`${at}/${id}/value/raw?duration=3`)).body).toMatchObject({ value: 8, minreporting: 0, ...times(head - 2, 3) });
    const both = await door.ask(`${at}/${id}/value/raw?start_time=${head - 1}&end_time=${head + 1}`);
    expect(both.body).toMatchObject({ value: 8, minreporting: 1, ...times(head - 1, 2) });
    const list = await door.ask(`${at}/${id}/value/raw?ndatapoints=2`);
    expect(list.body.map(({ value }: { value: number }) => value)).toEqual([7, 1]);
    const long = await door.ask(`${at}/${id}/value/raw?duration=600`);
    expect(long.body).toMatchObject({ value: 8, duration: 600 });
  });

  it.each([
    ['start_time=10&end_time=10', 'end_time'],
    ['start_time=10&end_time=20&duration=5', 'duration'],
    ['duration=601', 'duration'],
    ['duration=60&ndatapoints=11', 'duration'],
    [`start_time=${1_800_000_000}&duration=2`, 'end_time'],
    ['end_time=1&duration=2', 'end_time'],
  ])('of %s are refused, by the name of the parameter', async (query, field) => {
    const id = await made({});
    expect(await door.ask(`${at}/${id}/value/raw?${query}`)).toMatchObject({
      status: 409,
      body: { code: 'InvalidArgument', errors: [{ field }] },
    });
  });

  it('have the names of instances beside them when they are asked for', async () => {
    analytics.names = { 'a-zone': 'web0' };
    second(analytics.head, [{ key: 'a-zone', count: 1 }]);
    const id = await made({ decomposition: ['zonename'] });
    expect((await door.ask(`${at}/${id}/value/raw`)).body.transformations).toEqual({});
    expect((await door.ask(`${at}/${id}/value/raw?transformations=vm`)).body.transformations).toEqual({ vm: { 'a-zone': 'web0' } });
  });
});

describe('heat maps', () => {
  const low = bucketOf(10 * us);
  const high = bucketOf(900 * us);
  const colours = (image: string) => {
    const { data, width, height } = PNG.sync.read(Buffer.from(image, 'base64'));
    const at = (x: number, y: number): number[] => [...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 3)];
    return { width, height, at };
  };
  beforeEach(() => {
    for (let n = 0; n < 60; n++) {
      const isHere = n >= 30;
      second(analytics.head - 59 + n, [
        { key: 'sh', count: 4, distribution: [[low, 4]] },
        ...(isHere ? [{ key: 'cat', count: 2, distribution: [[high, 2] as [number, number]] }] : []),
      ]);
    }
  });

  it('are pictures of the last minute, white where nothing was, and agree with their details', async () => {
    const id = await made({ decomposition: ['execname', 'latency'] });
    const { status, body } = await door.ask(`${at}/${id}/value/heatmap/image?width=120&height=100&nbuckets=50`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      width: 120,
      height: 100,
      nbuckets: 50,
      ymin: 0,
      ymax: bucketLow(high + 1),
      duration: 60,
      present: ['sh', 'cat'],
    });
    const { width, height, at: colourAt } = colours(body.image);
    expect([width, height]).toEqual([120, 100]);
    const white = [255, 255, 255];
    const middle = Math.floor(height / 2);
    // The low band is there all along, the high one from the middle on, and nothing lies between them.
    for (const x of [5, 115]) expect(colourAt(x, 99)).not.toEqual(white);
    expect(colourAt(5, 1)).toEqual(white);
    expect(colourAt(115, 1)).not.toEqual(white);
    for (const x of [5, 115]) expect(colourAt(x, middle)).toEqual(white);
    const details = async (x: number, y: number) =>
      (await door.ask(`${at}/${id}/value/heatmap/details?width=120&height=100&nbuckets=50&ymax=${body.ymax}&x=${x}&y=${y}`)).body;
    expect(await details(115, 99)).toMatchObject({ bucket_time: analytics.head - 2, bucket_ymin: 0, present: { sh: 4 }, total: 4 });
    expect(await details(115, middle)).toMatchObject({ present: {}, total: 0 });
    expect((await details(5, 1)).total).toBe(0);
  });

  it('draw keys apart, alone, and left out', async () => {
    const id = await made({ decomposition: ['execname', 'latency'] });
    const draw = async (query: string) => {
      const reply = await door.ask(`${at}/${id}/value/heatmap/image?width=60&height=50&nbuckets=50&ymax=${bucketLow(high + 1)}&${query}`);
      expect(reply.status).toBe(200);
      const { at: colourAt } = colours(reply.body.image);
      return { sh: colourAt(59, 49), cat: colourAt(59, 0) };
    };
    const white = [255, 255, 255];
    const all = await draw('');
    const marked = await draw('selected=cat');
    expect(marked.sh).toEqual(all.sh);
    expect(marked.cat).not.toEqual(all.cat);
    expect(await draw('selected=cat&isolate=true')).toMatchObject({ sh: white });
    expect(await draw('selected=cat&exclude=true')).toMatchObject({ cat: white });
    const hues = await draw('decompose_all=true&hues=0,120&coloring=linear&weights=weight');
    expect(hues.sh[0]).toBeGreaterThan(hues.sh[1]!); // red
    expect(hues.cat[1]).toBeGreaterThan(hues.cat[0]!); // green
  });

  it.each([
    ['isolate=true&exclude=true', 'isolate'],
    ['ymin=5&ymax=5', 'ymax'],
    ['selected=sh&hues=1', 'hues'],
    ['hues=360', 'hues'],
    ['width=5000', 'width'],
    ['nbuckets=0', 'nbuckets'],
  ])('of %s are refused, by the name of the parameter', async (query, field) => {
    const id = await made({ decomposition: ['latency'] });
    const reply = await door.ask(`${at}/${id}/value/heatmap/image?${query}`);
    expect(reply).toMatchObject({ status: 409, body: { code: 'InvalidArgument', errors: [{ field }] } });
  });

  it('there are none of what has no numeric decomposition, and none beside the picture', async () => {
    const plain = await made({ decomposition: ['execname'] });
    expect((await door.ask(`${at}/${plain}/value/heatmap/image`)).status).toBe(404);
    const id = await made({ decomposition: ['latency'] });
    expect(await door.ask(`${at}/${id}/value/heatmap/details?x=700&y=1`)).toMatchObject({
      status: 409,
      body: { errors: [{ field: 'x' }] },
    });
    expect(await door.ask(`${at}/${id}/value/heatmap/details?y=1`)).toMatchObject({ status: 409, body: { code: 'MissingParameter' } });
  });

  it('add nothing and lose nothing when ranges reach into several rows', async () => {
    const id = await made({ decomposition: ['latency'] });
    const { ymax } = (await door.ask(`${at}/${id}/value/heatmap/image?nbuckets=100`)).body as cloudapi.HeatmapImage;
    let total = 0;
    for (let y = 0; y < 100; y++) {
      const query = `width=60&height=100&nbuckets=100&ymax=${ymax}&x=59&y=${y}&duration=60`;
      total += (await door.ask(`${at}/${id}/value/heatmap/details?${query}`)).body.total as number;
    }
    expect(total).toBeGreaterThanOrEqual(6);
    expect(total).toBeLessThanOrEqual(6 + 4); // each cell that is not empty counts one at least
  });
});
