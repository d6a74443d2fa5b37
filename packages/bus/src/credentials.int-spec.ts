import { join } from 'node:path';
import { Caller, FeedEntry, ServerId, ServiceError, nodeReport, nodeRpc, nodeStream, rpc } from '@nereid/contracts';
import { SystemIds } from '@nereid/ports';
import { until } from '@nereid/ports/until';
import { connect } from '@nats-io/transport-node';
import { z } from 'zod';
import type { Bus } from './bus';
import { connectBus } from './connect';
import {
  NodeAuthority,
  NodeAuthorityKeys,
  createBusAuthority,
  makeNodeKey,
  mintServiceCreds,
  natsServerConfig,
  nodeAuthorityFile,
  publicKeyOf,
  type BusAuthority,
} from './credentials';
import { authenticatorOf } from './credentials/authenticator';
import type { BusLog } from './hooks';
import { permissionsOf, type BusUse } from './permissions';
import { startNatsServer, type NatsServerProcess } from './testing';

const ids = new SystemIds();
const caller = Caller.parse({ kind: 'service', service: 'test', requestId: ids.random() });
const shape = { request: z.object({ n: z.number() }), reply: z.object({ n: z.number() }), timeoutMs: 30_000 };
const reserve = rpc({ subject: 'cnapi.v1.test.reserve', ...shape });
const secret = rpc({ subject: 'identity.v1.test.secret', ...shape });
const runTask = nodeRpc({ verb: 'task.run', ...shape });
const finished = nodeReport({ what: 'task.finished', body: z.object({ n: z.number() }), reply: z.object({}) });
const bytes = nodeStream('bytes');
const quiet: BusLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

const uses: Record<string, BusUse> = {
  vmapi: { calls: [reserve], callsNodes: [runTask], hears: [finished], feeds: ['vmapi'] },
  cnapi: { serves: [reserve], follows: ['vmapi'] },
  identity: { serves: [secret] },
};

let authority: BusAuthority;
let nats: NatsServerProcess;
let nodes: NodeAuthority;
const open: { close(): Promise<unknown> }[] = [];

beforeAll(async () => {
  authority = createBusAuthority();
  nats = await startNatsServer(({ port, dir }) => natsServerConfig({ host: '127.0.0.1', port, authority, resolverDir: join(dir, 'jwt') }));
  const keys = NodeAuthorityKeys.parse(JSON.parse(nodeAuthorityFile(authority)));
  nodes = new NodeAuthority(keys, { servers: [`127.0.0.1:${nats.port}`] });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});
afterAll(() => nats.stop());

async function service(name: string, use = uses[name]!): Promise<Bus> {
  const credentials = mintServiceCreds(authority, name, permissionsOf(name, use));
  const bus = await connectBus({ name, servers: [`127.0.0.1:${nats.port}`], credentials, log: quiet });
  open.push(bus);
  return bus;
}

async function aNode(server = ServerId.parse(ids.random())) {
  const { publicKey, seed } = makeNodeKey();
  expect(publicKeyOf(seed)).toBe(publicKey);
  const jwt = await nodes.mint(server, publicKey);
  const bus = await connectBus({ name: 'agent', server, servers: [`127.0.0.1:${nats.port}`], credentials: { jwt, seed }, log: quiet });
  open.push(bus);
  bus.serveNode(runTask, server, ({ n }) => ({ n: n + 1 }));
  await bus.flush();
  return { server, bus, publicKey, seed, jwt };
}

/** A connection that may try anything: what a thief of a node's credentials would use. */
async function bare(of: { jwt: string; seed: string }) {
  const authenticator = authenticatorOf(of);
  const connection = await connect({ servers: `127.0.0.1:${nats.port}`, authenticator, reconnect: false });
  open.push(connection);
  const refused: string[] = [];
  void (async () => {
    for await (const status of connection.status()) if (status.type === 'error') refused.push(status.error.message);
  })();
  return { connection, refused };
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'ok',
    (err: unknown) => (err instanceof ServiceError ? err.code : `not a ServiceError: ${String(err)}`),
  );
}

describe('a service', () => {
  it('does what its contracts name', async () => {
    const [vmapi, cnapi, node] = [await service('vmapi'), await service('cnapi'), await aNode()];
    cnapi.serve(reserve, ({ n }) => ({ n: n * 2 }));
    vmapi.onReport(finished, () => ({}));
    const batches: FeedEntry[] = [];
    cnapi.onFeed('vmapi', ({ entries }) => batches.push(...entries));
    await Promise.all([cnapi.flush(), vmapi.flush()]);
    expect(await vmapi.call(reserve, { n: 4 }, caller)).toEqual({ n: 8 });
    expect(await vmapi.callNode(runTask, node.server, { n: 1 }, caller)).toEqual({ n: 2 });
    expect(await node.bus.report(finished, node.server, { n: 1 })).toEqual({});
    vmapi.publishFeed('vmapi', {
      head: 1,
      entries: [{ seq: 1, subject: 'vm.changed', resourceId: 'x', version: 1, at: new Date().toISOString(), body: {} }],
    });
    await until('the feed is heard', () => batches.length === 1);
  });

  it('cannot call what they do not name, and learns so at once', async () => {
    const [vmapi, identity] = [await service('vmapi'), await service('identity')];
    identity.serve(secret, () => ({ n: 1 }));
    await identity.flush();
    await expect(vmapi.call(secret, { n: 1 }, caller)).rejects.toMatchObject({
      code: 'InternalError',
      context: { why: expect.stringContaining('refused') as string },
    });
  });

  it('cannot serve or overhear what they do not name', async () => {
    const identity = await service('identity');
    identity.serve(reserve, () => ({ n: 0 }));
    await expect(identity.flush()).rejects.toThrow(/do not allow: cnapi\.v1\.test\.reserve/);
    expect(identity.status.refused).toEqual(['cnapi.v1.test.reserve']);
  });

  it('with nothing to publish may publish nothing', async () => {
    const idle = await service('idle', {});
    expect(await codeOf(idle.call(secret, { n: 1 }, caller))).toBe('InternalError');
  });
});

describe('a node', () => {
  it('can neither hear another, nor speak as another, nor call a service', async () => {
    const [thief, victim, cnapi, vmapi] = [await aNode(), await aNode(), await service('cnapi'), await service('vmapi')];
    let reserved = 0;
    cnapi.serve(reserve, ({ n }) => (reserved++, { n }));
    const reports: string[] = [];
    vmapi.onReport(finished, (server) => (reports.push(server), {}));
    await Promise.all([cnapi.flush(), vmapi.flush()]);
    const { connection, refused } = await bare(thief);
    const heard: string[] = [];
    const wanted = ['>', 'agent.v1.>', 'agent.v1.*.task.run', `agent.v1.${victim.server}.>`, `_INBOX.node.${victim.server}.>`];
    wanted.push('_INBOX.>', 'node.v1.>', 'cnapi.v1.test.reserve', 'vmapi.v1.feed', '$SYS.>');
    for (const subject of wanted) connection.subscribe(subject, { callback: (err, message) => void (err ?? heard.push(message.subject)) });
    const targets = [`node.v1.${victim.server}.task.finished`, 'cnapi.v1.test.reserve', `agent.v1.${victim.server}.task.run`];
    targets.push(`_INBOX.node.${victim.server}.x.1`, '_INBOX.svc.vmapi.x.1', 'vmapi.v1.feed', '$SYS.REQ.CLAIMS.UPDATE');
    for (const subject of targets) connection.publish(subject, '{"n":1}', { reply: `_INBOX.node.${thief.server}.mine` });
    await connection.flush();
    expect(await vmapi.callNode(runTask, victim.server, { n: 1 }, caller)).toEqual({ n: 2 });
    expect(await victim.bus.report(finished, victim.server, { n: 1 })).toEqual({});
    await until('all was refused', () => refused.length === wanted.length + targets.length);
    expect(heard).toEqual([]);
    expect(reserved).toBe(0);
    expect(reports).toEqual([victim.server]);
  });

  it('streams bytes with a service, in order, and hears no stream but its own', async () => {
    const [thief, victim, door, other] = [
      await aNode(),
      await aNode(),
      await service('door', { streams: [bytes] }),
      await service('vmapi'),
    ];
    const [atDoor, atNode, stolen]: string[][] = [[], [], []];
    const text = (message: Uint8Array): string => Buffer.from(message).toString();
    const near = door.openStream(bytes, victim.server, 'one', 'service', (message) => atDoor!.push(text(message)));
    const far = victim.bus.openStream(bytes, victim.server, 'one', 'node', (message) => atNode!.push(text(message)));
    const { connection, refused } = await bare(thief);
    const tried = [`agent.v1.${victim.server}.bytes.one`, `node.v1.${victim.server}.bytes.one`, 'node.v1.*.bytes.*', 'agent.v1.*.bytes.*'];
    for (const subject of tried) connection.subscribe(subject, { callback: (err, message) => void (err ?? stolen!.push(message.subject)) });
    for (const subject of tried.slice(0, 2)) connection.publish(subject, 'forged');
    await Promise.all([door.flush(), victim.bus.flush(), connection.flush()]);

    for (let n = 0; n < 100; n++) expect([near.send(Buffer.from(`to ${n}`)), far.send(Buffer.from(`from ${n}`))]).toEqual([true, true]);
    await until('all bytes', () => atDoor!.length === 100 && atNode!.length === 100);
    expect(atNode).toEqual(Array.from({ length: 100 }, (_, n) => `to ${n}`));
    expect(atDoor).toEqual(Array.from({ length: 100 }, (_, n) => `from ${n}`));
    await until('all was refused', () => refused.length === tried.length + 2);
    expect(stolen).toEqual([]);

    // Nor may a service that does not name the stream.
    other.openStream(bytes, victim.server, 'one', 'service', (message) => stolen!.push(text(message)));
    await expect(other.flush()).rejects.toThrow(/do not allow/);
    near.close();
    far.send(Buffer.from('late'));
    await Promise.all([victim.bus.flush(), door.flush()]);
    expect(atDoor).toHaveLength(100);
    expect(stolen).toEqual([]);
  });

  it('may answer a request once', async () => {
    const [node, vmapi] = [await aNode(), await service('vmapi')];
    const { connection, refused } = await bare(node);
    connection.subscribe(`agent.v1.${node.server}.twice`, {
      callback: (_err, message) => {
        message.respond('{"ok":{"n":1}}');
        message.respond('{"ok":{"n":2}}');
      },
    });
    await connection.flush();
    const twice = nodeRpc({ verb: 'twice', ...shape });
    const caller2 = await service('vmapi', { callsNodes: [twice] });
    expect(await caller2.callNode(twice, node.server, { n: 0 }, caller)).toEqual({ n: 1 });
    await until('the second answer is refused', () => refused.length === 1);
    expect(refused[0]).toMatch(/Permissions Violation for Publish/);
    await vmapi.close();
  });

  it('gets in only with the key that its credentials name', async () => {
    const { jwt } = await aNode();
    await expect(bare({ jwt, seed: makeNodeKey().seed })).rejects.toThrow(/Authorization/i);
    await expect(nodes.mint(ServerId.parse(ids.random()), 'SUAXYZ')).rejects.toMatchObject({ code: 'InvalidArgument' });
    await expect(nodes.mint('a.>' as ServerId, makeNodeKey().publicKey)).rejects.toMatchObject({ code: 'InvalidArgument' });
  });

  it('revoked is dropped alone, and stays out after a restart of the server', async () => {
    const [bad, worse, good, vmapi] = [await aNode(), await aNode(), await aNode(), await service('vmapi')];
    await nodes.revoke(bad.publicKey);
    await until('the first is dropped', () => bad.bus.status.state === 'reconnecting');
    await nodes.revoke(worse.publicKey); // a second one keeps the first
    await until('the second is dropped', () => worse.bus.status.state === 'reconnecting');
    expect(await codeOf(vmapi.callNode(runTask, bad.server, { n: 1 }, caller))).toBe('ServiceUnavailable');
    expect(await vmapi.callNode(runTask, good.server, { n: 1 }, caller)).toEqual({ n: 2 });
    expect([good.bus.status.reconnects, vmapi.status.reconnects]).toEqual([0, 0]);
    await expect(bare(bad)).rejects.toThrow(/Authorization|Revoked/i);

    await nats.restart();
    await until('the others are back', () => good.bus.status.reconnects === 1 && vmapi.status.reconnects === 1);
    await until('the good node answers', async () => (await codeOf(vmapi.callNode(runTask, good.server, { n: 1 }, caller))) === 'ok');
    await expect(bare(bad)).rejects.toThrow(/Authorization|Revoked/i);
    await expect(bare(worse)).rejects.toThrow(/Authorization|Revoked/i);
    expect([bad.bus.status.state, worse.bus.status.state]).toEqual(['reconnecting', 'reconnecting']);

    // Let in again, with the key it has, by credentials of a later second.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const { connection } = await bare({ seed: bad.seed, jwt: await nodes.mint(bad.server, bad.publicKey) });
    expect(connection.isClosed()).toBe(false);
  });

  it('is revoked also when many are at the same time', async () => {
    const many = await Promise.all(Array.from({ length: 4 }, () => aNode()));
    const other = new NodeAuthority(NodeAuthorityKeys.parse(JSON.parse(nodeAuthorityFile(authority))), {
      servers: [`127.0.0.1:${nats.port}`],
    });
    await Promise.all(many.map(({ publicKey }, index) => (index % 2 ? other : nodes).revoke(publicKey)));
    for (const node of many) await expect(bare(node)).rejects.toThrow(/Authorization|Revoked/i);
  });
});
