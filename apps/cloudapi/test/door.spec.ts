import { cloudapi, errorTable, type ErrorCode } from '@nereid/contracts';
import { generateKeys, signerFor } from '@nereid/http-signature/testing';
import { servedRoutes } from '../src/http/route.decorator';
import { SmallCloud } from './small-cloud';
import { TestDoor } from './test-door';

const keys = generateKeys();
const signer = signerFor(keys.ed25519, 'acme');
const cloud = new SmallCloud();
const acme = cloud.addAccount(
  'acme',
  Object.values(keys).map((key) => key.publicLine),
);
const vm = cloud.addVm(acme.id, { metadata: { k: 'v' }, tags: { t: 'v' } });
const job = cloud.addJob(vm);
const stranger = generateKeys();
const other = cloud.addAccount('other', [stranger.ed25519.publicLine]);
const othersVm = cloud.addVm(other.id);
cloud.addAccount('gone', [keys.rsa.publicLine], { disabled: true });
let door: TestDoor;

beforeAll(async () => {
  door = await TestDoor.open(cloud, signer);
});
afterAll(() => door.close());

const routes = [...cloudapi.allRoutes.values()];
/** Every route with its path filled in. */
const filled = routes.map((route) => ({
  route,
  url: route.path
    .replace(':account', 'my')
    .replace('/machines/:id', `/machines/${vm.id}`)
    .replace('/images/:id', `/images/${cloud.image.id}`)
    .replace('/networks/:id', `/networks/${cloud.networks[0]!.id}`)
    .replace('/instrumentations/:id', '/instrumentations/00000000-0000-4000-8000-0000000000a1')
    .replace(':name', 'key0')
    .replace(':datacenter', 'here')
    .replace(':package', cloud.package.name)
    .replace(':key', 'k')
    .replace(':tag', 't')
    .replace(':mac', '90b8d0000001')
    .replace(':job', job.id),
}));

describe('every route', () => {
  it('is served', () => {
    expect([...servedRoutes].sort()).toEqual(routes.map((route) => route.name).sort());
    expect(filled.filter(({ url }) => url.includes(':'))).toEqual([]);
  });

  describe.each(filled.filter(({ route }) => route.signed).map(({ route, url }) => [route.name, route.method, url] as const))(
    '%s',
    (_name, method, url) => {
      it('asks for a signature, and takes none but the right one', async () => {
        const unsigned = await door.raw(url, { method });
        expect(unsigned).toMatchObject({ status: 401, body: { code: 'InvalidCredentials' } });
        const forged = await door.ask(url, { method, signer: { ...signer, privateKey: signerFor(stranger.ed25519, 'x').privateKey } });
        expect(forged).toMatchObject({ status: 401, body: { code: 'InvalidCredentials' } });
        expect(await door.ask(url, { method, nowMs: Date.now() - 400_000 })).toMatchObject({
          status: 400,
          body: { code: 'InvalidHeader' },
        });
        expect(await door.ask(url, { method, signer: signerFor(keys.rsa, 'gone') })).toMatchObject({
          status: 403,
          body: { code: 'NotAuthorized' },
        });
      });

      it("does not exist under another's account", async () => {
        const foreign = await door.ask(url.replace('/my', '/other'), { method });
        expect(foreign).toMatchObject({ status: 404, body: { code: 'ResourceNotFound' } });
      });

      if (url.includes('/machines/')) {
        it("does not exist for another's instance", async () => {
          const body = method === 'POST' || method === 'PUT' ? { action: 'stop', name: 'x' } : undefined;
          const theirs = await door.ask(url.replace(vm.id, othersVm.id), { method, body });
          expect(theirs).toMatchObject({ status: 404, body: { code: 'ResourceNotFound' } });
          expect(cloud.vms.get(othersVm.id)).toEqual(othersVm);
        });
      }
    },
  );
});

describe('signatures', () => {
  it.each(Object.keys(keys) as (keyof typeof keys)[])(
    'of a %s key are taken, by fingerprint and by name, over the date alone too',
    async (kind) => {
      const by = signerFor(keys[kind], 'acme');
      expect((await door.ask('/acme', { signer: by })).status).toBe(200);
      expect((await door.ask('/acme', { signer: by, covers: ['date'] })).status).toBe(200);
      const named = { ...by, keyId: `/${acme.id}/keys/key${Object.keys(keys).indexOf(kind)}` };
      expect((await door.ask(`/${acme.id}`, { signer: named })).status).toBe(200);
    },
  );

  it('bind the target as it was sent, query and all', async () => {
    expect((await door.ask('/my/machines?name=a%20b&limit=10')).status).toBe(200);
  });

  it('say the same of an unknown login, an unknown key and a wrong signature', async () => {
    const texts = await Promise.all([
      door.ask('/my', { signer: { ...signer, keyId: `/nobody/keys/${keys.ed25519.md5}` } }),
      door.ask('/my', { signer: { ...signer, keyId: '/acme/keys/unknown' } }),
      door.ask('/my', { signer: { ...signer, privateKey: signerFor(stranger.ed25519, 'x').privateKey } }),
      door.ask('/my', { signer: { ...signer, keyId: `/acme/keys/${keys.rsa.md5}` } }),
      door.ask('/my', { signer: { ...signer, keyId: `/acme/users/bob/keys/${keys.ed25519.md5}` } }),
    ]);
    expect(new Set(texts.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(texts[0].status).toBe(401);
  });

  it('covering a digest bind the body', async () => {
    const body = JSON.stringify({ email: 'new@example.com' });
    const { createHash } = await import('node:crypto');
    const digest = `SHA-256=${createHash('sha256').update(body).digest('base64')}`;
    const headers = { digest, 'content-type': 'application/json' };
    const covers = ['(request-target)', 'date', 'digest'];
    expect((await door.ask('/my', { method: 'POST', body, headers, covers })).status).toBe(200);
    const swapped = await door.ask('/my', { method: 'POST', body: body.replace('new', 'old'), headers, covers });
    expect(swapped).toMatchObject({ status: 401, body: { code: 'InvalidCredentials' } });
    expect(cloud.accounts.get(acme.id)!.email).toBe('new@example.com');
  });

  it('of a key that was removed are refused at once', async () => {
    const spare = generateKeys().ed25519;
    const own = signerFor(spare, 'acme');
    expect((await door.ask('/my/keys', { method: 'POST', body: { key: spare.publicLine, name: 'spare' } })).status).toBe(201);
    expect((await door.ask('/my', { signer: own })).status).toBe(200);
    expect((await door.ask('/my/keys/spare', { method: 'DELETE' })).status).toBe(204);
    expect((await door.ask('/my', { signer: own })).status).toBe(401);
  });

  it('cost no call to identity once the key is known', async () => {
    await door.ask('/my/datacenters');
    const before = cloud.bus.asked.length;
    for (let round = 0; round < 5; round++) await door.ask('/my/datacenters');
    expect(cloud.bus.asked.length).toBe(before);
  });
});

describe('headers', () => {
  it('stand on every answer, errors included', async () => {
    for (const reply of [await door.ask('/my'), await door.raw('/my'), await door.raw('/nowhere/at/all'), await door.raw('/--ping')]) {
      expect(reply.headers).toMatchObject({
        'server': 'cloudapi/9.0.0',
        'api-version': '9.0.0',
        'access-control-allow-origin': '*',
        'content-type': expect.stringMatching(/^application\/json/),
        'request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
        'response-time': expect.stringMatching(/^\d+$/),
        'content-length': String(Buffer.byteLength(reply.text)),
      });
      expect(Date.parse(reply.headers.date!)).toBeGreaterThan(Date.now() - 5_000);
    }
  });

  it('echo the request id', async () => {
    expect((await door.ask('/my', { headers: { 'request-id': 'abc-1' } })).headers['request-id']).toBe('abc-1');
    const id = '11111111-2222-4333-8444-555555555555';
    await door.ask('/my', { headers: { 'x-request-id': id } });
    expect(cloud.bus.asked.at(-1)!.caller).toMatchObject({
      kind: 'account',
      account: acme.id,
      requestId: id,
      ip: '127.0.0.1',
      keyId: signer.keyId,
    });
  });
});

describe('what is no route', () => {
  it('an unknown path is 404 and a wrong method 405, before any signature', async () => {
    expect(await door.raw('/my/nothing/here/at/all')).toMatchObject({ status: 404, body: { code: 'ResourceNotFound' } });
    expect(await door.raw('/my/machines/')).toMatchObject({ status: 404 });
    const wrong = await door.raw('/my/machines', { method: 'PUT' });
    expect(wrong).toMatchObject({ status: 405, body: { code: 'MethodNotAllowedError' } });
    expect(wrong.headers.allow).toBe('GET, HEAD, POST');
  });

  it('OPTIONS answers a preflight', async () => {
    const reply = await door.raw('/my/machines', {
      method: 'OPTIONS',
      headers: { 'origin': 'https://portal.example.com', 'access-control-request-method': 'GET' },
    });
    expect(reply.status).toBe(200);
    expect(reply.headers).toMatchObject({ 'access-control-allow-methods': 'GET, HEAD, POST', 'access-control-max-age': '3600' });
  });

  it('HEAD is GET without a body', async () => {
    const head = await door.ask('/my/machines', { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, text: '' });
    expect(head.headers['x-resource-count']).toBe('1');
    expect((await door.ask(`/my/machines/${vm.id}`, { method: 'HEAD' })).status).toBe(200);
  });
});

describe('versions and forms', () => {
  it.each(['~9||~8', '8', '*', '~8||~7', '~7.0', '8.0.0'])('%s is accepted', async (range) => {
    expect((await door.ask('/my', { headers: { 'accept-version': range } })).status).toBe(200);
    expect((await door.ask('/my', { headers: { 'x-api-version': range } })).status).toBe(200);
  });

  it.each(['10', 'nonsense', '~6'])('%s is refused, before the signature', async (range) => {
    expect(await door.raw('/my', { headers: { 'accept-version': range } })).toMatchObject({
      status: 400,
      body: { code: 'InvalidVersion' },
    });
  });

  it('old clients see less', async () => {
    const path = `/my/images/${cloud.image.id}`;
    expect((await door.ask(path, { headers: { 'accept-version': '8' } })).body).toMatchObject({ type: 'lx-dataset', public: true });
    const old = (await door.ask(path, { headers: { 'accept-version': '~7.0' } })).body;
    expect(old.type).toBe('smartmachine');
    expect(old).not.toHaveProperty('public');
    expect((await door.ask(`/my/machines/${vm.id}`, { headers: { 'accept-version': '~7.0' } })).body).not.toHaveProperty('networks');
  });

  it('an Accept that cannot be met is 406', async () => {
    expect(await door.raw('/my', { headers: { accept: 'image/png' } })).toMatchObject({
      status: 406,
      body: { code: 'NotAcceptableError' },
    });
    expect((await door.ask('/my', { headers: { accept: 'text/html, */*;q=0.1' } })).status).toBe(200);
  });
});

describe('bodies', () => {
  const post = (body: string | Buffer, headers: Record<string, string>) => door.ask('/my', { method: 'POST', body, headers });
  const json = { 'content-type': 'application/json' };

  it('may be JSON, a form, gzipped, of another type, or nothing', async () => {
    const { gzipSync } = await import('node:zlib');
    expect((await post('{"city":"Bonn"}', json)).body.city).toBe('Bonn');
    expect((await post('city=Ulm', { 'content-type': 'application/x-www-form-urlencoded' })).body.city).toBe('Ulm');
    expect((await post(gzipSync('{"city":"Trier"}'), { ...json, 'content-encoding': 'gzip' })).body.city).toBe('Trier');
    expect((await post('{"city":"Kiel"}', { 'content-type': 'application/octet-stream' })).body.city).toBe('Trier');
    expect((await post('', json)).body.city).toBe('Trier');
    expect((await door.ask('/my?city=Jena', { method: 'POST' })).body.city).toBe('Jena');
  });

  it.each([
    ['no JSON', '{', json, 400, 'InvalidContent'],
    ['no gzip', 'x', { ...json, 'content-encoding': 'gzip' }, 400, 'InvalidContent'],
    ['an unknown encoding', 'x', { ...json, 'content-encoding': 'br' }, 415, 'UnsupportedMediaTypeError'],
    ['too much', 'x'.repeat(1_000_001), json, 413, 'RequestEntityTooLargeError'],
  ])('%s is refused', async (_what, body, headers, status, code) => {
    expect(await post(body, headers as Record<string, string>)).toMatchObject({ status, body: { code } });
  });

  it('a small gzip that grows large is refused', async () => {
    const { gzipSync } = await import('node:zlib');
    const bomb = gzipSync(Buffer.alloc(50_000_000, ' '));
    expect(await post(bomb, { ...json, 'content-encoding': 'gzip' })).toMatchObject({ status: 413 });
  });
});

describe('limits', () => {
  it('an account that asks too often waits', async () => {
    const strict = await TestDoor.open(cloud, signer, { requestRate: { burst: 3, perSecond: 0.1 } });
    try {
      const statuses: number[] = [];
      for (let round = 0; round < 5; round++) statuses.push((await strict.ask('/my/datacenters')).status);
      expect(statuses).toEqual([200, 200, 200, 429, 429]);
      const refused = await strict.ask('/my/datacenters');
      expect(refused.body.code).toBe('RequestThrottled');
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    } finally {
      await strict.close();
    }
  });

  it('an address that guesses is slowed down', async () => {
    const strict = await TestDoor.open(cloud, signer, { failedSignatureRate: { burst: 2, perSecond: 0.1 } });
    try {
      const guesses = [await strict.raw('/my'), await strict.raw('/my'), await strict.raw('/my')];
      expect(guesses.map((reply) => reply.status)).toEqual([401, 401, 429]);
    } finally {
      await strict.close();
    }
  });
});

describe('errors', () => {
  it('of services come out with their published code and status, and nothing from inside', async () => {
    const { getAccount } = await import('@nereid/contracts');
    const { ServiceError } = await import('@nereid/contracts');
    const usual = () => cloud.accounts.get(acme.id)!;
    for (const code of Object.keys(errorTable) as ErrorCode[]) {
      cloud.bus.serve(getAccount, () => {
        throw new ServiceError(code, 'what to do', { context: { secret: 'hunter2' } });
      });
      const reply = await door.ask('/my');
      expect(reply).toMatchObject({ status: cloudapi.wireStatus(code), body: { code: cloudapi.wireErrors[code].code } });
      expect(reply.text).not.toContain('hunter2');
    }
    cloud.bus.serve(getAccount, () => {
      throw new Error('SELECT password FROM secrets');
    });
    const unexpected = await door.ask('/my');
    expect(unexpected).toMatchObject({ status: 500, body: { code: 'InternalError' } });
    expect(unexpected.text).not.toContain('SELECT');
    cloud.bus.serve(getAccount, usual);
  });
});
