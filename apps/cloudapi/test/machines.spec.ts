import { generateKeys, signerFor } from '@nereid/http-signature/testing';
import { SystemIds } from '@nereid/ports';
import { SmallCloud } from './small-cloud';
import { TestDoor, type Reply } from './test-door';

const keys = generateKeys();
const ids = new SystemIds();
const signer = signerFor(keys.ed25519, 'acme');
const cloud = new SmallCloud();
const acme = cloud.addAccount('acme', [keys.ed25519.publicLine, keys.rsa.publicLine]);
cloud.addAccount('keyless', [keys.rsa.publicLine]);
const [external, internal] = cloud.networks as [(typeof cloud.networks)[0], (typeof cloud.networks)[0]];
let door: TestDoor;

beforeAll(async () => {
  door = await TestDoor.open(cloud, signer);
});
afterAll(() => door.close());

const create = (body: object, headers: Record<string, string> = {}): Promise<Reply> =>
  door.ask('/my/machines', { method: 'POST', body: { image: cloud.image.id, package: cloud.package.name, ...body }, headers });
// eslint-disable-next-line @typescript-eslint/no-explicit-any
const lastWant = (): any => cloud.bus.asked.filter(({ subject }) => subject === 'vmapi.v1.vms.create').at(-1)!.request;

describe('CreateMachine', () => {
  it('answers 201 with the instance, its path, and hands all on', async () => {
    const reply = await create({
      'name': 'web-{{shortId}}',
      'networks': [internal.id, { ipv4_uuid: external.id, primary: true }, internal.id],
      'metadata.user-script': '#!/bin/sh',
      'metadata': { 'number': 42, 'user-script': 'loses', 'nasty_pw': 'x', 'root_authorized_keys': 'mine' },
      'metadata.credentials': { admin: 'secret' },
      'tag.role': 'db',
      'tags': { up: true, size: 3, role: 'loses' },
      'locality': { strict: false, near: [ids.random()], far: ids.random() },
      'firewall_enabled': 'true',
      'unknown': 'ignored',
    });
    expect(reply.status).toBe(201);
    expect(reply.headers.location).toBe(`/acme/machines/${reply.body.id}`);
    expect(reply.body).toMatchObject({
      state: 'provisioning',
      type: 'smartmachine',
      brand: 'lx',
      package: cloud.package.name,
      memory: 128,
      disk: 5120,
      ips: [],
    });
    expect(lastWant()).toMatchObject({
      owner: acme.id,
      alias: 'web-{{shortId}}',
      package: cloud.package.id,
      networks: [{ network: internal.id }, { network: external.id, primary: true }],
      metadata: { 'user-script': '#!/bin/sh', 'number': '42', 'root_authorized_keys': `${keys.ed25519.publicLine}${keys.rsa.publicLine}` },
      internalMetadata: { admin_pw: 'secret' },
      tags: { role: 'db', up: true, size: 3 },
      firewallEnabled: true,
      locality: { strict: false },
    });
    expect(lastWant().metadata).not.toHaveProperty('nasty_pw');
    expect(reply.text).not.toContain('secret');
    expect((await door.ask(`/my/machines/${reply.body.id}`)).status).toBe(200);
  });

  it('takes the first public and the first other network when none are named, the public one primary', async () => {
    await create({});
    expect(lastWant().networks).toEqual([{ network: external.id, primary: true }, { network: internal.id }]);
    await create({ default_networks: ['internal'] });
    expect(lastWant().networks).toEqual([{ network: internal.id }]);
    await create({ networks: [] });
    expect(lastWant().networks).toEqual([]);
  });

  it('takes what the Go SDK sends', async () => {
    const reply = await create({
      'firewall_enabled': false,
      'delegate_dataset': false,
      'locality': { strict: false },
      'tag.triton.cns.services': 'web:8080',
    });
    expect(reply.status).toBe(201);
    expect(lastWant()).not.toHaveProperty('locality');
  });

  it.each<[string, object, string, string]>([
    ['no image', { image: undefined }, 'MissingParameter', 'image'],
    ['an image that does not exist', { image: ids.random() }, 'InvalidArgument', 'image'],
    ['image and dataset', { dataset: ids.random() }, 'InvalidArgument', 'dataset'],
    ['an image that is no id', { image: 'base' }, 'InvalidArgument', 'image'],
    ['no package', { package: undefined }, 'MissingParameter', 'package'],
    ['a package that does not exist', { package: 'huge' }, 'InvalidArgument', 'package'],
    ['a brand of containers', { brand: 'lx' }, 'InvalidArgument', 'brand'],
    ['a brand that cannot run the image', { brand: 'bhyve' }, 'InvalidArgument', 'image'],
    ['disks', { disks: [{ size: 10 }] }, 'InvalidArgument', 'disks'],
    ['a network that does not exist', { networks: [ids.random()] }, 'InvalidArgument', 'networks'],
    ['an address on a public network', { networks: [{ ipv4_uuid: external.id, ipv4_ips: ['10.1.0.20'] }] }, 'InvalidArgument', 'networks'],
    ['a name of another form', { name: '-web' }, 'ValidationFailed', 'alias'],
    ['metadata that is an object', { 'metadata.a': { b: 1 } }, 'ValidationFailed', 'metadata.a'],
    ['a tag that is a list', { 'tag.a': [1] }, 'ValidationFailed', 'tags.a'],
    ['an unknown triton tag', { 'tag.triton.cns.service': 'x' }, 'ValidationFailed', 'tags.triton.cns.service'],
    ['a triton tag of the wrong type', { 'tag.triton.cns.disable': 'true' }, 'ValidationFailed', 'tags.triton.cns.disable'],
    ['affinity beside locality', { affinity: ['instance!=x'], locality: {} }, 'InvalidArgument', 'affinity'],
    ['an affinity that does not parse', { affinity: 'near x' }, 'InvalidArgument', 'affinity'],
    ['a regular expression', { affinity: 'instance==/(a+)+$/' }, 'InvalidArgument', 'affinity'],
  ])('refuses %s, naming the field', async (_what, body, code, field) => {
    const before = cloud.vms.size;
    expect(await create(body)).toMatchObject({ status: 409, body: { code, errors: [{ field }] } });
    expect(cloud.vms.size).toBe(before);
  });

  it('wants an SSH key on the account', async () => {
    const lonely = generateKeys().rsa;
    const account = cloud.addAccount('lonely', [lonely.publicLine]);
    const by = signerFor(lonely, 'lonely');
    await door.ask('/my', { signer: by }); // so that the key is known though it goes now
    cloud.keys.set(account.id, []);
    const reply = await door.ask('/my/machines', {
      method: 'POST',
      body: { image: cloud.image.id, package: cloud.package.id },
      signer: by,
    });
    expect(reply).toMatchObject({ status: 409, body: { code: 'KeyRequired' } });
  });

  it('keeps instances apart as affinity says', async () => {
    const web = cloud.addVm(acme.id, { alias: 'web0', tags: { role: 'web' } });
    await create({ affinity: ['role!=web'] });
    expect(lastWant().locality).toEqual({ near: [], far: [web.id], strict: true });
    await create({ affinity: 'instance==~web*0' });
    expect(lastWant().locality).toEqual({ near: [web.id], far: [], strict: false });
  });

  it('makes one instance of one Idempotency-Key, and refuses the key for another request', async () => {
    const headers = { 'idempotency-key': 'k-1' };
    const [first, second] = [await create({ name: 'once' }, headers), await create({ name: 'once' }, headers)];
    expect(second.body.id).toBe(first.body.id);
    expect(await create({ name: 'twice' }, headers)).toMatchObject({ status: 422, body: { code: 'IdempotencyMismatch' } });
  });
});

describe('replays', () => {
  it('of a change signed over the date alone change nothing and get the first answer', async () => {
    const asked = {
      method: 'POST',
      body: { image: cloud.image.id, package: cloud.package.id },
      covers: ['date'],
      nowMs: Date.now(),
    } as const;
    const before = cloud.vms.size;
    const [first, second] = [await door.ask('/my/machines', asked), await door.ask('/my/machines', asked)];
    expect(first.status).toBe(201);
    expect(second.body).toEqual(first.body);
    expect(cloud.vms.size).toBe(before + 1);
    const named = await door.ask('/my/machines', { ...asked, body: { ...asked.body, name: 'other' } });
    expect(named.body.id).not.toBe(first.body.id);
  });

  it('of a refused change are tried again', async () => {
    const asked = { method: 'POST', body: { image: cloud.image.id, package: 'later' }, covers: ['date'], nowMs: Date.now() } as const;
    expect((await door.ask('/my/machines', asked)).status).toBe(409);
    expect((await door.ask('/my/machines', asked)).status).toBe(409);
  });
});

describe('ListMachines', () => {
  it('pages with counts, and filters', async () => {
    const account = cloud.addAccount('lister', [keys.ecdsa256.publicLine]);
    const by = signerFor(keys.ecdsa256, 'lister');
    for (let index = 0; index < 5; index++) {
      cloud.addVm(account.id, { alias: `vm${index}`, tags: index % 2 ? { odd: true } : {}, state: index === 4 ? 'failed' : 'running' });
    }
    const names = async (query: string): Promise<string[]> => {
      const reply = await door.ask(`/lister/machines?${query}`, { signer: by });
      expect(reply.headers['x-resource-count']).toBe(String(reply.body.length));
      return reply.body.map((machine: { name: string }) => machine.name);
    };
    expect(await names('')).toEqual(['vm0', 'vm1', 'vm2', 'vm3']);
    expect(await names('limit=3&offset=2')).toEqual(['vm2', 'vm3']);
    expect(await names('name=vm1')).toEqual(['vm1']);
    expect(await names('tag.odd=true')).toEqual(['vm1', 'vm3']);
    expect(await names('tag.odd=*&state=running')).toEqual(['vm1', 'vm3']);
    expect(await names('state=failed')).toEqual(['vm4']);
    expect(await names('tombstone=true')).toHaveLength(5);
    expect(await names('type=virtualmachine')).toEqual([]);
    expect(await names('type=smartmachine&brand=lx')).toHaveLength(4);
    expect(await names('docker=true')).toEqual([]);
    expect((await door.ask('/lister/machines?limit=7', { signer: by, method: 'HEAD' })).headers).toMatchObject({
      'x-query-limit': '7',
      'x-resource-count': '4',
    });
    expect(await door.ask('/lister/machines?limit=1001', { signer: by })).toMatchObject({
      status: 409,
      body: { code: 'ValidationFailed' },
    });
    expect(await door.ask('/lister/machines?limit=x', { signer: by })).toMatchObject({ status: 409, body: { code: 'InvalidArgument' } });
  });
});

describe('one machine', () => {
  it('shows its NICs', async () => {
    const nic = { mac: '90:b8:d0:00:00:01', nicTag: 'external', vlanId: 0, prefixLength: 20, resolvers: [], mtu: 1500, allowMacSpoofing: false, allowIpSpoofing: false } as const; // prettier-ignore
    const vm = cloud.addVm(acme.id, {
      nics: [
        { ...nic, slot: 1, network: external.id, ip: '10.1.0.12', primary: true, gateway: '10.1.0.1' } as never,
        { ...nic, slot: 0, network: internal.id, ip: '10.2.0.12', primary: false } as never,
      ],
    });
    expect((await door.ask(`/acme/machines/${vm.id}`)).body).toMatchObject({
      ips: ['10.2.0.12', '10.1.0.12'],
      networks: [internal.id, external.id],
      primaryIp: '10.1.0.12',
      nics: [{ primary: false }, { primary: true, netmask: '255.255.240.0', gateway: '10.1.0.1', network: external.id }],
      compute_node: vm.server,
    });
  });

  it.each(['query', 'body'])('acts by %s, with 202 and no body', async (where) => {
    const vm = cloud.addVm(acme.id);
    const act = (action: string, more: Record<string, string> = {}): Promise<Reply> =>
      where === 'query'
        ? door.ask(`/my/machines/${vm.id}?${new URLSearchParams({ action, ...more }).toString()}`, { method: 'POST' })
        : door.ask(`/my/machines/${vm.id}`, { method: 'POST', body: { action, ...more } });
    expect(await act('stop')).toMatchObject({ status: 202, text: '' });
    expect(cloud.vms.get(vm.id)!.state).toBe('stopped');
    await act('start');
    await act('reboot');
    expect((await act('rename', { name: 'renamed' })).status).toBe(202);
    await act('enable_firewall');
    expect(cloud.vms.get(vm.id)).toMatchObject({ state: 'running', alias: 'renamed', firewallEnabled: true });
    expect(await act('rename')).toMatchObject({ status: 409, body: { code: 'MissingParameter' } });
    const resized = await act('resize', { package: cloud.package.name });
    expect(resized).toMatchObject({ status: 202, text: '' });
    expect(cloud.bus.asked.at(-1)).toMatchObject({ subject: 'vmapi.v1.vms.resize', request: { id: vm.id, owner: acme.id, package: cloud.package.id } }); // prettier-ignore
    expect(await act('resize')).toMatchObject({ status: 409, body: { code: 'MissingParameter', errors: [{ field: 'package' }] } });
    expect(await act('resize', { package: 'no-such' })).toMatchObject({
      status: 409,
      body: { code: 'InvalidArgument', errors: [{ field: 'package' }] },
    });
    expect(await act('fly')).toMatchObject({ status: 409, body: { code: 'InvalidArgument' } });
    expect(await door.ask(`/my/machines/${vm.id}`, { method: 'POST' })).toMatchObject({ status: 409, body: { code: 'MissingParameter' } });
    await act('enable_deletion_protection');
    const refused = await door.ask(`/my/machines/${vm.id}`, { method: 'DELETE' });
    expect(refused).toMatchObject({ status: 409, body: { code: 'CannotDestroyMachineError' } });
  });

  it('is 410 with itself once destroyed, whatever is asked of it', async () => {
    const vm = cloud.addVm(acme.id, { tags: { a: 1 } });
    cloud.audit.push({
      id: '1',
      vm: vm.id,
      action: 'destroy',
      success: true,
      at: '2026-11-22T10:00:00.000Z',
      caller: { type: 'signature', ip: '1.2.3.4' },
    });
    const url = `/my/machines/${vm.id}`;
    expect(await door.ask(url, { method: 'DELETE' })).toMatchObject({ status: 204, text: '' });
    for (const [method, path, body] of [
      ['GET', url],
      ['DELETE', url],
      ['POST', `${url}?action=start`],
      ['POST', `${url}?action=rename&name=x`],
      ['POST', `${url}?action=resize&package=${cloud.package.name}`],
      ['GET', `${url}/tags`],
      ['POST', `${url}/tags`, { b: 1 }],
      ['GET', `${url}/metadata`],
      ['DELETE', `${url}/metadata`],
    ] as const) {
      expect(await door.ask(path, { method, body })).toMatchObject({ status: 410, body: { id: vm.id, state: 'deleted', tags: { a: 1 } } });
    }
    expect((await door.ask(url, { method: 'HEAD' })).status).toBe(410);
    expect((await door.ask(`${url}/audit`)).body).toEqual([
      { id: '1', success: 'yes', time: '2026-11-22T10:00:00.000Z', action: 'destroy', caller: { type: 'signature', ip: '1.2.3.4' } },
    ]);
  });

  it.each(['not-an-id', ids.random()])('%s is 404', async (id) => {
    for (const path of ['', '/tags', '/metadata', '/audit']) {
      expect(await door.ask(`/my/machines/${id}${path}`)).toMatchObject({ status: 404, body: { code: 'ResourceNotFound' } });
    }
  });
});

describe('tags', () => {
  it('keep their types and names', async () => {
    const url = `/my/machines/${cloud.addVm(acme.id).id}/tags`;
    const all = { 'text': 'true', 'yes': true, 'n': 1.5, 'with.dot:and colon': 'x' };
    expect((await door.ask(url, { method: 'POST', body: { ...all, account: 'ignored' } })).body).toEqual(all);
    expect((await door.ask(url)).body).toEqual(all);
    expect((await door.ask(`${url}/yes`)).text).toBe('true');
    expect((await door.ask(`${url}/text`)).text).toBe('"true"');
    expect((await door.ask(`${url}/text`, { headers: { accept: 'text/plain' } })).text).toBe('true');
    expect((await door.ask(`${url}/with.dot%3Aand%20colon`)).body).toBe('x');
    expect((await door.ask(`${url}/yes`, { method: 'DELETE' })).status).toBe(204);
    expect((await door.ask(`${url}/yes`)).status).toBe(404);
    expect((await door.ask(url, { method: 'PUT', body: { only: 1 } })).body).toEqual({ only: 1 });
    expect((await door.ask(url, { method: 'DELETE' })).status).toBe(204);
    expect((await door.ask(url)).body).toEqual({});
  });
});

describe('metadata', () => {
  it('is text, and keeps what lets people log in', async () => {
    const url = `/my/machines/${cloud.addVm(acme.id, { metadata: { root_authorized_keys: 'k' } }).id}/metadata`;
    const added = await door.ask(url, {
      method: 'POST',
      body: { n: 1, yes: true, admin_pw: 'x', credentials: { a: 'b' }, ['k'.repeat(200)]: 'long' },
    });
    expect(added.body).toEqual({ root_authorized_keys: 'k', n: '1', yes: 'true', ['k'.repeat(200)]: 'long' });
    expect((await door.ask(`${url}/n`)).text).toBe('"1"');
    expect((await door.ask(`${url}/n`, { headers: { accept: 'text/plain' } })).text).toBe('1');
    expect((await door.ask(`${url}/${'k'.repeat(200)}`)).body).toBe('long');
    expect(await door.ask(`${url}/root_authorized_keys`, { method: 'DELETE' })).toMatchObject({
      status: 409,
      body: { code: 'InvalidArgument' },
    });
    expect((await door.ask(`${url}/n`, { method: 'DELETE' })).status).toBe(204);
    expect((await door.ask(`${url}/n`, { method: 'DELETE' })).status).toBe(404);
    expect((await door.ask(url, { method: 'DELETE' })).status).toBe(204);
    expect((await door.ask(url)).body).toEqual({ root_authorized_keys: 'k' });
    expect(await door.ask(url, { method: 'POST', body: { o: {} } })).toMatchObject({ status: 409, body: { code: 'ValidationFailed' } });
  });
});

describe('a console', () => {
  it('is opened with what was asked for, and joined by a WebSocket alone', async () => {
    const vm = cloud.addVm(acme.id, {});
    const url = `/my/machines/${vm.id}/console`;
    const opened = await door.ask(url, { method: 'POST', body: { kind: 'exec', command: ['ls'], columns: '80', rows: 24 } });
    expect(opened).toMatchObject({ status: 201, body: { protocol: 'nereid.console.v1', expires_in_seconds: 60 } });
    expect(cloud.wishes.at(-1)).toEqual({
      kind: 'exec',
      mode: 'type',
      command: ['ls'],
      terminal: { columns: 80, rows: 24 },
      idleSeconds: 900,
    });
    for (const body of [{ columns: 80 }, { columns: 0, rows: 1 }, { kind: 'vnc' }, { idle_seconds: 0 }]) {
      expect(await door.ask(url, { method: 'POST', body })).toMatchObject({ status: 409, body: { code: 'InvalidArgument' } });
    }
    expect(await door.ask(url)).toMatchObject({ status: 400, body: { code: 'UpgradeRequiredError' } });
  });
});

describe('the rest', () => {
  it('config, datacenters, services, packages, images, networks', async () => {
    expect((await door.ask('/my/config')).body).toEqual({ default_network: external.id });
    expect((await door.ask('/my/config', { method: 'PUT', body: { default_network: internal.id } })).body).toEqual({
      default_network: internal.id,
    });
    expect((await door.ask('/my/config')).body).toEqual({ default_network: internal.id });
    expect(await door.ask('/my/config', { method: 'POST', body: { default_netwrk: internal.id } })).toMatchObject({ status: 409 });
    expect(await door.ask('/my/config', { method: 'PUT', body: { default_network: ids.random() } })).toMatchObject({
      body: { code: 'InvalidArgument' },
    });
    expect((await door.raw('/--ping')).body.ping).toBe('pong');
    expect((await door.ask('/my/datacenters')).headers['triton-datacenter-name']).toBe('here');
    expect(await door.ask('/my/datacenters/here')).toMatchObject({
      status: 302,
      headers: { location: 'https://here.example.com' },
      body: { code: 'ResourceMoved' },
    });
    expect((await door.ask('/my/datacenters/constructor')).status).toBe(404);
    expect((await door.ask('/my/services')).body).toEqual({});
    expect((await door.ask('/my/packages?name=g1*&memory=128')).body).toHaveLength(1);
    expect((await door.ask('/my/packages?memory=129')).body).toHaveLength(0);
    expect((await door.ask(`/my/packages/${cloud.package.name}`)).body).toMatchObject({ disk: 5120, vcpus: 0, default: false });
    expect((await door.ask('/my/images?state=all')).body).toMatchObject([
      { requirements: { min_ram: 64, min_memory: 64 }, files: [{ size: 1_234_567 }], tags: { role: 'os' } },
    ]);
    expect((await door.ask('/my/images?type=zvol')).body).toEqual([]);
    expect((await door.ask('/my/images?name=~as')).body).toHaveLength(1);
    expect((await door.ask('/my/networks')).body).toEqual([
      { id: external.id, name: 'external', public: true },
      { id: internal.id, name: 'internal', public: false },
    ]);
    expect((await door.ask('/my/networks/nonsense')).status).toBe(404);
  });

  it('keys by name and fingerprint, with blanks and @ in names', async () => {
    const key = generateKeys().ecdsa384;
    const made = await door.ask('/my/keys', { method: 'POST', body: { key: key.publicLine, name: 'me@my laptop' } });
    expect(made).toMatchObject({ status: 201, body: { name: 'me@my laptop', fingerprint: key.md5, key: key.publicLine.trim() } });
    expect(made.headers.location).toBe(`/acme/keys/${encodeURIComponent(key.md5)}`);
    expect((await door.ask('/my/keys/me%40my%20laptop')).body).toEqual(made.body);
    expect((await door.ask(made.headers.location!)).body).toEqual(made.body);
    expect(await door.ask('/my/keys', { method: 'POST', body: { key: key.publicLine } })).toMatchObject({
      status: 409,
      body: { code: 'InvalidArgument' },
    });
    expect(await door.ask('/my/keys', { method: 'POST', body: {} })).toMatchObject({ status: 409, body: { code: 'MissingParameter' } });
    expect(await door.ask('/my/keys', { method: 'POST', body: { key: 'x' } })).toMatchObject({
      status: 409,
      body: { code: 'InvalidArgument' },
    });
    expect((await door.ask('/my/keys/me%40my%20laptop', { method: 'DELETE' })).status).toBe(204);
    expect((await door.ask('/my/keys/me%40my%20laptop')).status).toBe(404);
  });
});
