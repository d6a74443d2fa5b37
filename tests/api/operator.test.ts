import { OperatorClient, type Change, type ChangeStream } from '@nereid/client/operator';
import { NodeTransport } from '@nereid/client/operator-node';
import { adminapi, type ServiceError } from '@nereid/contracts';
import { customerOf, operatorLogin, operatorPassword } from '@nereid/infra-local';
import { describeFindings } from '../checker/finding';
import { eventually } from '../cloud/eventually';
import { operatorDoor, signedInOperator } from '../cloud/operator-door';
import { TestCloud } from '../cloud/test-cloud';

/** What an operator does all day, through the operators' own door and stream, on the real services and simulated servers. */
describe('an operator', () => {
  let cloud: TestCloud;
  let operator: OperatorClient;
  let stream: ChangeStream;
  const changes: Change[] = [];
  let uuid: string;

  beforeAll(async () => {
    cloud = await TestCloud.start({ simulatedServers: 2 });
    operator = await signedInOperator(cloud.installation);
  });
  afterAll(async () => {
    stream?.close();
    operator?.close();
    await cloud?.remove();
  });

  const vm = async () => (await operator.call(adminapi.getVm, { uuid }, {})).body;
  const until = (state: string) =>
    eventually(`instance ${state}`, vm, (seen) => seen.state === state || seen.state === 'failed').then((seen) =>
      expect(seen).toMatchObject({ state }),
    );

  it('sees the whole cloud: servers, networks with their addresses, images, packages, accounts', async () => {
    const listUp = async () => (await operator.call(adminapi.listServers, {}, { state: 'up' })).body;
    const servers = await eventually('both servers up', listUp, ({ length }) => length === 2);
    expect(servers.map(({ driver, status }) => [driver, status])).toEqual(Array(2).fill(['simulated', 'running']));
    const { body: networks } = await operator.call(adminapi.listNetworks, {}, {});
    for (const { uuid: network, ip_counts } of networks) {
      expect(ip_counts.total).toBeGreaterThan(0);
      const { body: addresses } = await operator.call(adminapi.listNetworkIps, { uuid: network }, { limit: 10 });
      expect(addresses).toContainEqual(expect.objectContaining({ used_as: 'gateway', free: false }));
    }
    expect((await operator.call(adminapi.listNicTags, {}, {})).body.length).toBeGreaterThan(0);
    expect((await operator.call(adminapi.listImages, {}, {})).body[0]).toMatchObject({ v: 2, state: 'active' });
    const { body: packages } = await operator.call(adminapi.listPackages, {}, {});
    expect(packages.find(({ name }) => name === 'nano')).toMatchObject({ max_physical_memory: 64, quota: 1024 });
    const { body: accounts } = await operator.call(adminapi.listAccounts, {}, {});
    const account = accounts.find(({ login }) => login === customerOf(cloud.installation).login)!;
    expect((await operator.call(adminapi.listKeys, { uuid: account.uuid }, {})).body).toHaveLength(1);
    expect((await operator.call(adminapi.getUsage, { uuid: account.uuid }, {})).body).toMatchObject({ instances: 0 });
    // A server whose beats a busy machine has delayed needs attention for a moment.
    const look = async () => (await operator.call(adminapi.getAttention, {}, {})).body;
    const attention = await eventually(
      'nothing needs attention',
      look,
      ({ items, counts }) => items.length === 0 && counts.servers.up === 2,
    );
    expect(attention.counts).toMatchObject({ packages: packages.length, networks: networks.length });
    expect(attention.capacity.sellable.memory_mib).toBeGreaterThan(0);
  });

  it('makes an instance and watches it come to be on the stream, without asking', async () => {
    let wake: () => void = () => undefined;
    stream = operator.changes({ onChanges: (told) => (changes.push(...told), wake()), onState: () => wake() });
    while (stream.state !== 'live') await new Promise<void>((resolve) => (wake = resolve));

    const { body: accounts } = await operator.call(adminapi.listAccounts, {}, {});
    const [{ body: images }, { body: networks }] = await Promise.all([
      operator.call(adminapi.listImages, {}, {}),
      operator.call(adminapi.listNetworks, {}, {}),
    ]);
    const owner = accounts.find(({ login }) => login === customerOf(cloud.installation).login)!.uuid;
    const simulated = networks.find(({ nic_tag }) => nic_tag.includes('sim')) ?? networks[0]!;
    const want = {
      owner_uuid: owner,
      alias: 'by-operator',
      image_uuid: images[0]!.uuid,
      billing_id: 'nano',
      networks: [{ uuid: simulated.uuid }],
    };
    const { body: accepted } = await operator.call(adminapi.createVm, {}, want, { idempotencyKey: 'operator-makes-one' });
    expect((await operator.call(adminapi.createVm, {}, want, { idempotencyKey: 'operator-makes-one' })).body).toEqual(accepted);
    uuid = accepted.vm_uuid;

    const isRunning = (): boolean =>
      changes.some((change) => change.resource === 'vm' && change.uuid === uuid && change.state === 'running');
    while (!isRunning()) await new Promise<void>((resolve) => (wake = resolve));
    expect(changes.map(({ resource, uuid: id }) => ({ resource, id }))).toContainEqual({ resource: 'job', id: accepted.job_uuid });
    const versions = changes.filter((change) => change.uuid === uuid && change.seq !== undefined).map(({ version }) => version!);
    expect(versions).toEqual([...versions].sort((a, b) => a - b));

    const { body: job } = await operator.call(adminapi.getJob, { uuid: accepted.job_uuid! }, {});
    expect(job).toMatchObject({ name: 'vm.provision', execution: 'succeeded' });
    expect(job.steps.every(({ state, duration_ms }) => state === 'done' && duration_ms! >= 0)).toBe(true);
    expect(await vm()).toMatchObject({
      alias: 'by-operator',
      state: 'running',
      nics: [{ interface: 'net0', network_uuid: simulated.uuid }],
    });
    const { body: placement } = await operator.call(adminapi.explainPlacement, { uuid }, {});
    expect(placement).toMatchObject({ considered: 2, chosen: (await vm()).server_uuid, best: [{ hostname: expect.any(String) }, {}] });
  });

  it('finds it, changes it, and stops it', async () => {
    const found = await operator.call(adminapi.listVms, {}, { q: 'OPERATOR', sort: 'alias.desc', count: true, limit: 1 });
    expect({ total: found.total, next: found.next, uuids: found.body.map((each) => each.uuid) }).toEqual({
      total: 1,
      next: undefined,
      uuids: [uuid],
    });
    // It runs, and its server may still have something to say about it: who finds it changed looks again.
    let etag: string | undefined;
    const rename = { action: 'update', alias: 'renamed', set_tags: { role: 'web' } } as const;
    const tryRename = async (): Promise<boolean> => {
      ({ etag } = await operator.call(adminapi.getVm, { uuid }, {}));
      return operator.call(adminapi.actOnVm, { uuid }, rename, { ifMatch: etag }).then(
        () => true,
        (error: ServiceError) => (error.code === 'PreconditionFailed' ? false : Promise.reject(error)),
      );
    };
    await eventually('the rename is taken', tryRename, (taken) => taken);
    await expect(
      operator.call(adminapi.actOnVm, { uuid }, { action: 'update', alias: 'too-late' }, { ifMatch: etag }),
    ).rejects.toMatchObject({ code: 'PreconditionFailed' });
    await operator.call(adminapi.actOnVm, { uuid }, { action: 'stop' });
    await until('stopped');
    expect(await vm()).toMatchObject({ alias: 'renamed', tags: { role: 'web' } });
  });

  it('destroys it, and the audit names the operator for each change', async () => {
    await operator.call(adminapi.destroyVm, { uuid }, {});
    await until('destroyed');
    expect((await operator.call(adminapi.listVms, {}, {})).body).toEqual([]);
    const { body: jobs } = await operator.call(adminapi.listVmJobs, { uuid }, {});
    expect(jobs.map(({ name, execution }) => `${name} ${execution}`)).toEqual(
      ['vm.destroy', 'vm.stop', 'vm.provision'].map((name) => `${name} succeeded`),
    );
    const audit = await cloud.sql<{ action: string; login: string }>(
      `SELECT DISTINCT action, caller->>'login' AS login FROM vmapi.audit WHERE resource_id = $1 AND caller->>'kind' = 'operator'`,
      [uuid],
    );
    expect(new Set(audit.map(({ login }) => login))).toEqual(new Set([operatorLogin]));
    expect(audit.map(({ action }) => action)).toEqual(expect.arrayContaining(['provision', 'rename', 'set_tags', 'stop', 'destroy']));
    expect(describeFindings(await cloud.findings())).toBe('');
  });

  it('makes what customers choose from, and customers themselves', async () => {
    const account = (
      await operator.call(adminapi.createAccount, {}, { login: 'newcomer', email: 'newcomer@example.com', company_name: 'New' })
    ).body;
    expect(account).toMatchObject({ login: 'newcomer', company_name: 'New', approved_for_provisioning: true });
    const { body: moved, etag } = await operator.call(adminapi.updateAccount, { uuid: account.uuid }, { city: 'Bern', cns_enabled: true });
    expect(moved).toMatchObject({ city: 'Bern', company_name: 'New', cns_enabled: true });
    await expect(
      operator.call(adminapi.updateAccount, { uuid: account.uuid }, { city: 'Basel' }, { ifMatch: account.version }),
    ).rejects.toMatchObject({ code: 'PreconditionFailed' });
    await operator.call(adminapi.updateAccount, { uuid: account.uuid }, { city: 'Basel' }, { ifMatch: etag });
    const limits = { instances: 3, memory_mib: 512 };
    expect((await operator.call(adminapi.setLimits, { uuid: account.uuid }, limits)).body).toMatchObject({ limits });
    const line = customerOf(cloud.installation).publicKey;
    const { body: key } = await operator.call(adminapi.createKey, { uuid: account.uuid }, { name: 'laptop', key: line });
    expect((await operator.call(adminapi.listKeys, { uuid: account.uuid }, {})).body).toEqual([key]);
    await operator.call(adminapi.deleteKey, { uuid: account.uuid, fingerprint: key.fingerprint }, {});
    expect((await operator.call(adminapi.listKeys, { uuid: account.uuid }, {})).body).toEqual([]);

    await operator.call(adminapi.createNicTag, {}, { name: 'storage', mtu: 9000 });
    const range = { subnet: '10.77.0.0/24', provision_start_ip: '10.77.0.10', provision_end_ip: '10.77.0.19', gateway: '10.77.0.1' };
    const { body: network } = await operator.call(
      adminapi.createNetwork,
      {},
      { name: 'backups', nic_tag: 'storage', vlan_id: 7, ...range },
    );
    expect(network).toMatchObject({ ...range, netmask: '255.255.255.0', vlan_id: 7, ip_counts: { total: 10, used: 0 } });
    expect((await operator.call(adminapi.listNics, {}, { network_uuid: network.uuid })).body).toEqual([]);
    await operator.call(adminapi.deleteNetwork, { uuid: network.uuid }, {});
    await expect(operator.call(adminapi.getNetwork, { uuid: network.uuid }, {})).rejects.toMatchObject({ code: 'ResourceNotFound' });

    const size = { max_physical_memory: 128, max_swap: 256, quota: 2048, cpu_cap: 100, max_lwps: 500 };
    const { body: plan } = await operator.call(
      adminapi.createPackage,
      {},
      { name: 'special', version: '1', ...size, owner_uuids: [account.uuid] },
    );
    expect((await operator.call(adminapi.getPackage, { uuid: plan.uuid }, {})).body).toMatchObject({
      ...size,
      owner_uuids: [account.uuid],
    });

    const file = { compression: 'gzip' as const, sha256: '0'.repeat(64), size: 10 };
    const manifest = { owner: account.uuid, name: 'mine', version: '1', os: 'linux' as const, type: 'lx-dataset' as const };
    const { body: image } = await operator.call(adminapi.createImage, {}, { ...manifest, requirements: { min_ram: 64 } });
    expect(image).toMatchObject({ state: 'unactivated', files: [], requirements: { min_ram: 64 } });
    expect((await operator.call(adminapi.createImageUpload, { uuid: image.uuid }, file)).body.url).toMatch(/^https:/);
    await expect(operator.call(adminapi.activateImage, { uuid: image.uuid }, { action: 'activate' })).rejects.toMatchObject({
      code: 'Conflict',
    });
    await operator.call(adminapi.deleteImage, { uuid: image.uuid }, {});
  });

  it('decides about servers, and lets new ones in', async () => {
    const [first] = (await operator.call(adminapi.listServers, {}, { limit: 1 })).body;
    const { body: kept } = await operator.call(adminapi.updateServer, { uuid: first!.uuid }, { reserved: true, traits: { ssd: true } });
    expect(kept).toMatchObject({ reserved: true, traits: { ssd: true } });
    await operator.call(adminapi.updateServer, { uuid: first!.uuid }, { reserved: false, traits: {} });
    const all: string[] = [];
    for await (const { uuid: server } of operator.everyItem(adminapi.listServers, {}, { limit: 1 })) all.push(server);
    expect(new Set(all).size).toBe(2);
    const { token, expires_at } = (await operator.call(adminapi.createEnrolmentToken, {}, { valid_for_seconds: 60 })).body;
    expect(token.length).toBeGreaterThanOrEqual(32);
    expect(Date.parse(expires_at)).toBeGreaterThan(Date.now());
  });

  it('is nobody without the session, its token, and a page of this door', async () => {
    const door = await operatorDoor(cloud.installation);
    const transport = new NodeTransport(door);
    const other = new OperatorClient(transport);
    await expect(other.call(adminapi.listVms, {}, {})).rejects.toMatchObject({ code: 'InvalidCredentials' });
    const { csrf_token } = await other.signIn({ login: operatorLogin, password: operatorPassword(cloud.installation) });
    const attempt = async (headers: Record<string, string>): Promise<number> => {
      const body = JSON.stringify({ name: 'never' });
      return (
        await transport.send({ method: 'POST', path: '/napi/nic_tags', headers: { 'content-type': 'application/json', ...headers }, body })
      ).status;
    };
    expect(await attempt({})).toBe(403);
    expect(await attempt({ [adminapi.csrfHeader]: csrf_token, origin: 'https://evil.example' })).toBe(403);
    expect((await operator.call(adminapi.listNicTags, {}, {})).body.map(({ name }) => name)).not.toContain('never');
    expect(transport.cookie).toMatch(/^__Host-nereid_session=/);
    await other.signOut();
    await expect(other.call(adminapi.listVms, {}, {})).rejects.toMatchObject({ code: 'InvalidCredentials' });
    other.close();
  });

  it('cannot be guessed: after some tries the door says when to come back', async () => {
    const guesser = new OperatorClient(new NodeTransport(await operatorDoor(cloud.installation)));
    const codes: string[] = [];
    // Some at once, so that a busy machine is not too slow to be refused; identity checks four passwords at a time and is busy for more.
    const guess = (n: number): Promise<unknown> =>
      guesser.signIn({ login: 'nobody', password: `guess ${n}` }).catch((error: { code: string }) => codes.push(error.code));
    for (let n = 0; n < 60 && !codes.includes('TooManyRequests'); n += 3) await Promise.all([guess(n), guess(n + 1), guess(n + 2)]);
    expect(new Set(codes)).toEqual(new Set(['InvalidCredentials', 'TooManyRequests']));
    guesser.close();
  });
});
