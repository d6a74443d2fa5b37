import { accountHint, cloudapi, vmSubResources, type Vm } from '@nereid/contracts';
import { generateKeys, signerFor } from '@nereid/http-signature/testing';
import { Listener } from './changefeed-listener';
import { SmallCloud } from './small-cloud';
import { TestDoor } from './test-door';

const keys = generateKeys();
const stranger = generateKeys();
const cloud = new SmallCloud();
const acme = cloud.addAccount('acme', [keys.ed25519.publicLine, keys.ecdsa256.publicLine]);
const other = cloud.addAccount('other', [stranger.ed25519.publicLine]);
const url = '/my/changefeed';
const all = { resource: 'vm', subResources: vmSubResources };
let door: TestDoor;
let vm: Vm;
const listeners: Listener[] = [];

beforeAll(async () => {
  door = await TestDoor.open(cloud, signerFor(keys.ed25519, 'acme'), { changefeeds: { perAccount: 3, inAll: 5 } });
});
afterAll(() => door.close());
beforeEach(() => {
  vm = cloud.addVm(acme.id);
});
afterEach(async () => {
  await Promise.all(listeners.splice(0).map((one) => one.close()));
});

function listen(signer = signerFor(keys.ed25519, 'acme')): Listener {
  const listener = new Listener(door.socket(url, { signer }));
  listeners.push(listener);
  return listener;
}
async function subscribed(subscription: object = all): Promise<Listener> {
  const listener = listen();
  await listener.subscribe(subscription);
  return listener;
}
/** Answers with the status of a refused upgrade. */
const refusal = (listener: Listener): Promise<string> =>
  new Promise((resolve) => listener.socket.once('error', ({ message }) => resolve(message)));

describe('a changefeed', () => {
  it('tells each change with the instance as it is, in the published form', async () => {
    const listener = await subscribed();
    cloud.change(vm.id, { state: 'stopping' }, ['state']);
    cloud.change(vm.id, { alias: 'web1', tags: { a: 1 } }, ['alias', 'tags']);
    cloud.change(vm.id, { state: 'destroyed' }, ['destroyed', 'state']);
    const messages = await listener.until(3);
    for (const message of messages) expect(cloudapi.ChangefeedMessage.parse(message)).toEqual(message);
    expect(messages.map(({ changeKind }) => changeKind)).toEqual([
      { resource: 'vm', subResources: ['state'] },
      { resource: 'vm', subResources: ['alias', 'tags'] },
      { resource: 'vm', subResources: ['destroyed', 'state'] },
    ]);
    expect(messages[2]).toMatchObject({
      changedResourceId: vm.id,
      published: '1795341600000',
      resourceState: 'destroyed',
      resourceObject: { id: vm.id, name: 'web1', state: 'deleted', networks: [] },
    });
  });

  it('tells what was subscribed to, of the instances that were named; the last subscription holds', async () => {
    const another = cloud.addVm(acme.id);
    const listener = await subscribed({ resource: 'vm', subResources: ['tags', 'no-such-thing'], vms: [vm.id.toUpperCase()] });
    cloud.change(vm.id, {}, ['state']);
    cloud.change(vm.id, {}, []); // something that no subscription names
    cloud.change(another.id, {}, ['tags']);
    cloud.change(vm.id, {}, ['state', 'tags']);
    await listener.until(1);
    await listener.subscribe({ resource: 'vm', subResources: ['state'] });
    cloud.change(vm.id, {}, ['tags']);
    cloud.change(another.id, {}, ['state']);
    const messages = await listener.until(2);
    expect(messages.map(({ changedResourceId, changeKind }) => [changedResourceId, changeKind.subResources])).toEqual([
      [vm.id, ['state', 'tags']],
      [another.id, ['state']],
    ]);
  });

  it('tells nothing of others, whatever is named', async () => {
    const theirs = cloud.addVm(other.id);
    const listener = await subscribed({ ...all, vms: [vm.id, theirs.id] });
    const them = listen(signerFor(stranger.ed25519, 'other'));
    await them.subscribe(all);
    cloud.change(theirs.id, {}, ['state']);
    cloud.change(vm.id, {}, ['state']);
    expect((await them.until(1))[0]!.changedResourceId).toBe(theirs.id);
    expect((await listener.until(1))[0]!.changedResourceId).toBe(vm.id);
    expect([listener.messages.length, them.messages.length]).toEqual([1, 1]);
  });

  it('tells nothing twice, and what got lost on the way too', async () => {
    const listener = await subscribed();
    cloud.change(vm.id, { alias: 'a1' }, ['alias']);
    await listener.until(1);
    cloud.change(vm.id, { alias: 'a2' }, ['alias'], false);
    cloud.change(vm.id, { alias: 'a3' }, ['alias'], false);
    cloud.change(vm.id, { alias: 'a4' }, ['alias']);
    cloud.bus.publishFeed('vmapi', { head: cloud.feed.length, entries: cloud.feed.slice(-2) });
    await listener.until(4);
    cloud.change(vm.id, {}, ['state']);
    expect((await listener.until(5)).map(({ changeKind }) => changeKind.subResources[0])).toEqual([
      'alias',
      'alias',
      'alias',
      'alias',
      'state',
    ]);
  });

  it('ends when changes are missed for good', async () => {
    const listener = await subscribed();
    cloud.change(vm.id, {}, ['state'], false);
    cloud.forgottenUpTo = cloud.feed.length;
    cloud.change(vm.id, {}, ['state']);
    expect(await listener.closed).toEqual({ code: 1012, reason: 'changes were missed; connect again' });
  });

  it('says what is wrong with a subscription', async () => {
    for (const [text, reason] of [
      ['hello', /^not a subscription: message: /],
      ['{"resource":"image","subResources":[]}', /^not a subscription: resource: /],
      ['{"resource":"vm"}', /^not a subscription: subResources: /],
      ['{"resource":"vm","subResources":["state"],"vms":["web0"]}', /^not a subscription: vms.0: must be a UUID/],
    ] as const) {
      const listener = listen();
      await listener.subscribe(text);
      expect(await listener.closed).toMatchObject({ code: 4002, reason: expect.stringMatching(reason) });
    }
  });

  it('is for who signs, and by an upgrade alone', async () => {
    expect(await refusal(listen(signerFor(stranger.ed25519, 'acme')))).toContain('401');
    const foreign = new Listener(door.socket('/other/changefeed'));
    expect(await refusal(foreign)).toContain('404');
    expect(await door.ask(url)).toMatchObject({ status: 400, body: { code: 'UpgradeRequiredError' } });
  });

  it('is open so many times for an account, and in all', async () => {
    const three = await Promise.all([subscribed(), subscribed(), subscribed()]);
    expect(await refusal(listen())).toContain('429');
    const theirs = [listen(signerFor(stranger.ed25519, 'other')), listen(signerFor(stranger.ed25519, 'other'))];
    await Promise.all(theirs.map((one) => one.subscribe(all)));
    expect(await refusal(listen(signerFor(stranger.ed25519, 'other')))).toContain('503');
    await three[0].close();
    await subscribed();
  });

  it('ends for a key that is removed and for an account that is disabled, and for no other', async () => {
    const [stays, goes] = [await subscribed(), listen(signerFor(keys.ecdsa256, 'acme'))];
    await goes.subscribe(all);
    await door.ask(`/my/keys/${encodeURIComponent(keys.ecdsa256.md5)}`, { method: 'DELETE' });
    expect(await goes.closed).toMatchObject({ code: 4001 });
    expect(stays.socket.readyState).toBe(stays.socket.OPEN);
    cloud.accounts.set(acme.id, { ...acme, disabled: true });
    cloud.bus.hint(accountHint, { account: acme.id });
    expect(await stays.closed).toMatchObject({ code: 4001 });
    cloud.accounts.set(acme.id, acme);
    cloud.bus.hint(accountHint, { account: acme.id });
  });

  it('ends with the door', async () => {
    const second = await TestDoor.open(cloud, signerFor(keys.ed25519, 'acme'));
    const listener = new Listener(second.socket(url));
    await listener.subscribe(all);
    await second.close();
    expect(await listener.closed).toMatchObject({ code: 1001 });
  });
});
