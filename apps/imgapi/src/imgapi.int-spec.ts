import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus, type Bus } from '@nereid/bus';
import {
  activateImage,
  createImage,
  createUpload,
  deleteImage,
  getImage,
  imageFetch,
  listImages,
  summariseImages,
  type AccountId,
  type Caller,
  type ImageId,
  type ImageManifest,
  type RequestId,
  type ServerId,
} from '@nereid/contracts';
import { OwnerPool } from '@nereid/database';
import { startApps, type RunningApps } from '@nereid/platform';
import { until } from '@nereid/ports/until';
import { freshDatabase, infrastructure, ownNats, type FreshDatabase, type OwnServer } from '@nereid/testkit';
import { freePort } from './free-port.testing';
import { imgapiApp } from './index';
import { Rounds } from './rounds';

const caller: Caller = { kind: 'service', service: 'test', requestId: randomUUID() as RequestId };
const server = randomUUID() as ServerId;
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('imgapi', () => {
  let database: FreshDatabase;
  let nats: OwnServer;
  let apps: RunningApps;
  let bus: Bus;
  let directory: string;
  let port: number;

  beforeAll(async () => {
    const { installation } = await infrastructure();
    nats = await ownNats(); // other suites serve the same subjects
    database = await freshDatabase();
    directory = mkdtempSync(join(tmpdir(), 'nereid-imgapi-'));
    port = await freePort();
    const config = {
      apps: {
        imgapi: {
          datacenter: 'test',
          installation,
          database: { host: database.host, port: database.port, database: database.database },
          bus: { servers: [nats.url.replace('nats://', '')] },
          http: { host: '127.0.0.1', port },
          files: { directory: join(directory, 'files'), publicUrl: `http://127.0.0.1:${port}/`, maxFileBytes: 10_000_000 },
        },
      },
      health: { port: 0 },
      log: { level: 'error' },
    };
    writeFileSync(join(directory, 'config.yaml'), JSON.stringify(config));
    apps = await startApps([imgapiApp], join(directory, 'config.yaml'), {});
    bus = await connectBus({ name: 'test', servers: [nats.url.replace('nats://', '')] });
  });
  afterAll(async () => {
    await bus?.close();
    await apps?.stop();
    await database?.drop();
    await nats?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const manifest = (more: Partial<ImageManifest> = {}): ImageManifest => ({
    id: randomUUID() as ImageId,
    owner: randomUUID() as AccountId,
    name: 'minimal',
    version: '1.0.0',
    os: 'linux',
    type: 'lx-dataset',
    public: true,
    acl: [],
    requirements: { brand: 'lx' },
    tags: { made: 'offline' },
    ...more,
  });
  const upload = async (id: ImageId, bytes: Buffer, announced = bytes) =>
    (await bus.call(createUpload, { id, compression: 'gzip', sha256: sha256(announced), sizeBytes: announced.length }, caller)).url;
  const put = (url: string, bytes: Buffer) => fetch(url, { method: 'PUT', body: new Uint8Array(bytes) });
  const anActiveImage = async (bytes: Buffer, more: Partial<ImageManifest> = {}) => {
    const image = await bus.call(createImage, manifest(more), caller);
    expect((await put(await upload(image.id, bytes), bytes)).status).toBe(204);
    return bus.call(activateImage, { id: image.id }, caller);
  };
  const stored = () => readdirSync(join(directory, 'files', 'blobs'), { recursive: true }).filter((name) => String(name).length > 60);

  it('takes an image from manifest to file to active, and hands the file to a node once', async () => {
    const bytes = randomBytes(3_000_000);
    const image = await anActiveImage(bytes);
    expect(image).toMatchObject({ state: 'active', file: { sha256: sha256(bytes), sizeBytes: bytes.length, compression: 'gzip' } });
    expect(image.file!.sha1).toBe(createHash('sha1').update(bytes).digest('hex'));
    expect(image.publishedAt).toBeDefined();

    const fetched = await bus.report(imageFetch, server, { image: image.id });
    expect(fetched).toMatchObject({ sha256: sha256(bytes), sizeBytes: bytes.length, compression: 'gzip' });
    const answer = await fetch(fetched.url);
    expect(answer.headers.get('repr-digest')).toBe(`sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`);
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
    await until('the token is used up', async () => (await fetch(fetched.url)).status === 404);
  });

  it('is summarised by how many images there are, and which of them failed', async () => {
    const { id } = await bus.call(createImage, manifest(), caller);
    const { total, failed } = await bus.call(summariseImages, {}, caller);
    expect(total).toBe((await bus.call(listImages, { state: 'all' }, caller)).images.length);
    expect(failed).toEqual([]);
    const pool = new OwnerPool('imgapi', { ...database, poolSize: 1 });
    await pool.exec(`UPDATE imgapi.image SET state = 'failed' WHERE id = $1`, [id]);
    await pool.end();
    expect((await bus.call(summariseImages, {}, caller)).failed.map((image) => image.id)).toEqual([id]);
    const customer: Caller = { kind: 'account', account: randomUUID() as AccountId, login: 'a', keyId: 'k', requestId: caller.requestId };
    await expect(bus.call(summariseImages, {}, customer)).rejects.toMatchObject({ code: 'NotAuthorized' });
  });

  it('goes on where a broken transfer stopped', async () => {
    const bytes = randomBytes(2_000_000);
    const image = await anActiveImage(bytes);
    const { url } = await bus.report(imageFetch, server, { image: image.id });
    await readSome(url, 100_000);
    let rest: Response | undefined;
    await until('the token may be used again', async () => {
      rest = await fetch(url, { headers: { range: 'bytes=100000-' } });
      return rest.status === 206;
    });
    expect(rest!.headers.get('content-range')).toBe(`bytes 100000-1999999/2000000`);
    expect(Buffer.from(await rest!.arrayBuffer()).equals(bytes.subarray(100_000))).toBe(true);
    await until('the token is used up', async () => (await fetch(url)).status === 404);
  });

  it('counts no bytes but those announced, and takes the right ones after the wrong ones', async () => {
    const bytes = randomBytes(50_000);
    const { id } = await bus.call(createImage, manifest(), caller);
    const url = await upload(id, bytes);
    for (const wrong of [randomBytes(50_000), bytes.subarray(1), Buffer.concat([bytes, bytes])]) {
      const answer = await put(url, wrong);
      expect([400, 413]).toContain(answer.status);
      expect(await bus.call(getImage, { id }, caller)).not.toHaveProperty('file');
    }
    await expect(bus.call(activateImage, { id }, caller)).rejects.toMatchObject({ code: 'Conflict' });
    expect((await put(url, bytes)).status).toBe(204);
    expect((await put(url, bytes)).status).toBe(404);
    expect(readdirSync(join(directory, 'files', 'incoming'))).toEqual([]);
  });

  it('keeps equal files once, and as long as an image has them', async () => {
    const before = stored().length;
    const bytes = randomBytes(10_000);
    const [one, other] = [await anActiveImage(bytes), await anActiveImage(bytes)];
    expect(stored()).toHaveLength(before + 1);
    await bus.call(deleteImage, { id: one.id }, caller);
    expect(stored()).toHaveLength(before + 1);
    await bus.call(deleteImage, { id: other.id }, caller);
    expect(stored()).toHaveLength(before);
    await expect(bus.call(getImage, { id: one.id }, caller)).rejects.toMatchObject({ code: 'ResourceNotFound' });
  });

  it('removes the file of an image that went while somebody ended in the middle of it', async () => {
    const before = stored().length;
    const { id } = await anActiveImage(randomBytes(10_000));
    const pool = new OwnerPool('imgapi', { ...database, poolSize: 1 });
    await pool.exec('DELETE FROM imgapi.image WHERE id = $1', [id]); // as far as the one who ended had come
    await pool.end();
    expect(stored()).toHaveLength(before + 1);
    await apps.get('imgapi').get<Rounds>(Rounds, { strict: false }).tidy();
    expect(stored()).toHaveLength(before);
  });

  it('takes the file of one of two uploads', async () => {
    const { id } = await bus.call(createImage, manifest(), caller);
    const files = [randomBytes(20_000), randomBytes(30_000)];
    const urls = [await upload(id, files[0]!), await upload(id, files[1]!)];
    const statuses = await Promise.all(urls.map(async (url, n) => (await put(url, files[n]!)).status));
    expect(statuses.sort()).toEqual([204, 409]);
  });

  it('refuses unknown tokens and impossible ranges', async () => {
    const door = `http://127.0.0.1:${port}/files`;
    expect((await fetch(`${door}/${'x'.repeat(43)}`)).status).toBe(404);
    expect((await put(`${door}/${'x'.repeat(43)}`, Buffer.from('x'))).status).toBe(404);
    const image = await anActiveImage(randomBytes(1000));
    const { url } = await bus.report(imageFetch, server, { image: image.id });
    expect((await fetch(url, { headers: { range: 'bytes=1000-' } })).status).toBe(416);
    expect((await put(url, Buffer.from('x'))).status).toBe(404);
    const head = await fetch(url, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe('1000');
  });

  it('shows an account what is its own, public or shared with it', async () => {
    const [me, other] = [randomUUID() as AccountId, randomUUID() as AccountId];
    const mine = await bus.call(createImage, manifest({ owner: me, public: false }), caller);
    const shared = await anActiveImage(randomBytes(10), { owner: other, public: false, acl: [me] });
    const hidden = await anActiveImage(randomBytes(10), { owner: other, public: false });
    const published = await anActiveImage(randomBytes(10), { owner: other });
    const draft = await bus.call(createImage, manifest({ owner: other }), caller);
    const ids = [mine, shared, hidden, published, draft].map((image) => image.id);
    const seen = async (state: 'all' | 'active') =>
      (await bus.call(listImages, { account: me, ids, state }, caller)).images.map((image) => image.id);
    expect(await seen('all')).toEqual([published.id, shared.id, mine.id]);
    expect(await seen('active')).toEqual([published.id, shared.id]);
    await expect(bus.call(getImage, { id: hidden.id, account: me }, caller)).rejects.toMatchObject({ code: 'ResourceNotFound' });
    const asMe: Caller = { kind: 'account', account: me, login: 'me', keyId: 'k', requestId: caller.requestId };
    await expect(bus.call(deleteImage, { id: published.id }, asMe)).rejects.toMatchObject({ code: 'ResourceNotFound' });
  });

  it('answers a repeated manifest with the image, and another one with InUse', async () => {
    const want = manifest({ description: 'a', tags: { b: 'c' } });
    const image = await bus.call(createImage, want, caller);
    expect(await bus.call(createImage, want, caller)).toEqual(image);
    await expect(bus.call(createImage, { ...want, name: 'other' }, caller)).rejects.toMatchObject({ code: 'InUse' });
  });

  it('refuses manifests that cannot be', async () => {
    const refused = (more: Partial<ImageManifest>) => expect(bus.call(createImage, manifest(more), caller)).rejects;
    await refused({ type: 'zvol' }).toMatchObject({ code: 'ValidationFailed', errors: [{ field: 'imageSizeMiB' }] });
    await refused({ imageSizeMiB: 10 }).toMatchObject({ code: 'ValidationFailed' });
    await refused({ origin: randomUUID() as ImageId }).toMatchObject({ code: 'ValidationFailed', errors: [{ field: 'origin' }] });
    await refused({ requirements: { minMemoryMiB: 10, maxMemoryMiB: 5 } }).toMatchObject({ code: 'ValidationFailed' });
    await refused({ tags: { big: 'x'.repeat(11_000) } }).toMatchObject({ code: 'ValidationFailed' });
  });

  it('does not delete an image that others are increments of', async () => {
    const parent = await anActiveImage(randomBytes(10));
    const child = await bus.call(createImage, manifest({ origin: parent.id }), caller);
    await expect(bus.call(deleteImage, { id: parent.id }, caller)).rejects.toMatchObject({ code: 'InUse' });
    await bus.call(deleteImage, { id: child.id }, caller);
    await bus.call(deleteImage, { id: parent.id }, caller);
  });
});

/** Reads so many bytes, then breaks the connection. */
function readSome(url: string, count: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request(url, (answer) => {
      let read = 0;
      answer.on('data', (chunk: Buffer) => {
        read += chunk.length;
        if (read < count) return;
        asked.destroy();
        resolve();
      });
    });
    asked.once('error', reject);
    asked.end();
  });
}
