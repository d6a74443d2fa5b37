import { generateKeys, signerFor } from '@nereid/http-signature/testing';
import { signRequest } from '@nereid/http-signature';
import { SmallCloud } from './small-cloud';
import { TestDoor, type Reply } from './test-door';

const keys = generateKeys();
const cloud = new SmallCloud();
const acme = cloud.addAccount('acme', [keys.rsa.publicLine]);
const signer = signerFor(keys.rsa, 'acme');
const [external, internal] = cloud.networks as [(typeof cloud.networks)[0], (typeof cloud.networks)[0]];
const nics = [internal, external].map((network, slot) => ({ slot, network: network.id, mac: `90:b8:d0:00:00:0${slot}`, ip: `10.0.0.${slot + 5}`, prefixLength: 24, gateway: '10.0.0.1', primary: slot === 1, nicTag: 'external', vlanId: 0, resolvers: [], mtu: 1500, allowMacSpoofing: false, allowIpSpoofing: false })); // prettier-ignore

/**
 * Requests as the existing Terraform provider for Triton makes them, by its library triton-go: signed with SHA-1 over a date that ends in
 * UTC, actions in the query, and answers whose types a Go program decodes strictly.
 */
describe('the requests of the existing Terraform provider', () => {
  let door: TestDoor;
  beforeAll(async () => {
    door = await TestDoor.open(cloud, signer);
  });
  afterAll(() => door.close());

  const ask = (method: string, url: string, body?: object): Promise<Reply> => {
    const given = {
      'accept': 'application/json',
      'accept-version': '8',
      'user-agent': 'triton-go/1.8.5 (amd64-linux; go1.19.8)',
      'date': new Date().toUTCString().replace('GMT', 'UTC'),
    };
    const headers = signRequest(signer, { method, url, headers: given, covers: ['date'], algorithm: 'rsa-sha1' }, 0);
    const text = body === undefined ? undefined : JSON.stringify(body, undefined, 4);
    return door.raw(url, { method, body: text, headers: { ...headers, ...(text && { 'content-type': 'application/json' }) } });
  };

  it('a create with networks as objects, flat tags and metadata, and an empty locality', async () => {
    const made = await ask('POST', '/acme/machines', {
      'name': 'tf',
      'package': cloud.package.name,
      'image': cloud.image.id,
      'networks': [{ ipv4_uuid: internal.id }, { ipv4_uuid: external.id }],
      'locality': { strict: false },
      'metadata.user-script': 'true',
      'tag.role': 'db',
      'tag.count': '3',
      'firewall_enabled': false,
      'delegate_dataset': false,
    });
    expect(made).toMatchObject({
      status: 201,
      body: { name: 'tf', tags: { role: 'db', count: '3' }, metadata: { 'user-script': 'true' } },
    });
    const want = cloud.bus.asked.filter(({ subject }) => subject === 'vmapi.v1.vms.create').at(-1)!.request;
    expect(want).toMatchObject({ networks: [{ network: internal.id }, { network: external.id }] });
    expect(want).not.toHaveProperty('locality');
  });

  it('a machine and its network interfaces, in the order in which the networks were given', async () => {
    const vm = cloud.addVm(acme.id, { nics: nics as never, tags: { on: 'true' } });
    const { status, body } = await ask('GET', `/acme/machines/${vm.id}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ package: cloud.package.name, tags: { on: 'true' }, networks: [internal.id, external.id] });
    for (const whole of [body.memory, body.disk]) expect(Number.isInteger(whole)).toBe(true);
    for (const at of [body.created, body.updated]) expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
    const listed = await ask('GET', `/acme/machines/${vm.id}/nics`);
    expect(listed.body.map((nic: { network: string; state: string }) => [nic.network, nic.state])).toEqual([
      [internal.id, 'running'],
      [external.id, 'running'],
    ]);
    expect(listed.headers['x-resource-count']).toBe('2');
    expect((await ask('GET', `/acme/machines/${vm.id}/nics/90b8d0000001`)).body).toMatchObject({ network: external.id, primary: true });
    expect(await ask('GET', `/acme/machines/${vm.id}/nics/90b8d00000ff`)).toMatchObject({
      status: 404,
      body: { code: 'ResourceNotFound' },
    });
  });

  it('actions in the query, with neither body nor content type', async () => {
    const vm = cloud.addVm(acme.id);
    for (const action of ['rename&name=other', 'enable_firewall', 'enable_deletion_protection', 'disable_deletion_protection']) {
      expect(await ask('POST', `/acme/machines/${vm.id}?action=${action}`)).toMatchObject({ status: 202, text: '' });
    }
    expect((await ask('GET', `/acme/machines/${vm.id}`)).body).toMatchObject({ name: 'other', firewall_enabled: true });
    expect(await ask('POST', `/acme/machines/${vm.id}?action=resize&package=${cloud.package.name}`)).toMatchObject({
      status: 202,
      text: '',
    });
    expect(cloud.bus.asked.at(-1)).toMatchObject({ subject: 'vmapi.v1.vms.resize', request: { id: vm.id, package: cloud.package.id } });
  });

  it('tags and metadata that come back as they were sent', async () => {
    const vm = cloud.addVm(acme.id);
    const url = `/acme/machines/${vm.id}`;
    expect((await ask('PUT', `${url}/tags`, { a: '1', b: 'true', c: '' })).body).toEqual({ a: '1', b: 'true', c: '' });
    expect((await ask('GET', url)).body.tags).toEqual({ a: '1', b: 'true', c: '' });
    expect((await ask('POST', `${url}/metadata`, { x: '1', y: '{"z":2}' })).body).toMatchObject({ x: '1', y: '{"z":2}' });
    expect(await ask('DELETE', `${url}/metadata/x`)).toMatchObject({ status: 204, text: '' });
    expect(await ask('DELETE', `${url}/tags`)).toMatchObject({ status: 204, text: '' });
  });

  it('what is gone, and what never was, as JSON', async () => {
    const vm = cloud.addVm(acme.id, { state: 'destroyed' });
    expect(await ask('GET', `/acme/machines/${vm.id}`)).toMatchObject({ status: 410, body: { id: vm.id, state: 'deleted' } });
    const never = await ask('GET', '/acme/machines/00000000-0000-4000-8000-000000000000');
    expect(never).toMatchObject({ status: 404, body: { code: 'ResourceNotFound', message: expect.any(String) } });
  });

  it('its data sources', async () => {
    expect(await ask('GET', '/acme')).toMatchObject({ status: 200, body: { login: 'acme' } });
    expect((await ask('GET', '/acme/datacenters')).body).toEqual({ here: 'https://here.example.com' });
    expect((await ask('GET', '/acme/images?public=true&state=active')).status).toBe(200);
    const [size] = (await ask('GET', '/acme/packages')).body;
    for (const whole of [size.memory, size.disk, size.swap, size.lwps, size.vcpus]) expect(Number.isInteger(whole)).toBe(true);
    const networks = (await ask('GET', '/acme/networks')).body;
    expect(networks.map((network: { id: string }) => network.id)).toEqual(expect.arrayContaining([external.id, internal.id]));
  });
});
