import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CloudClient } from '@nereid/client';
import { cloudapi } from '@nereid/contracts';
import { describeFindings } from '../checker/finding';
import { TestCloud, type CommandResult } from '../cloud/test-cloud';

/** The path from the public API to the kernel and back, walked with the real triton command on the real node. */
describe('the triton command on a real Linux node', () => {
  let cloud: TestCloud;
  let id: string;
  let server: string;
  let client: CloudClient;

  beforeAll(async () => {
    cloud = await TestCloud.start({ hasRealNode: true, simulatedServers: 0 });
    client = await cloud.client();
  }, 300_000);
  afterAll(async () => {
    client?.close();
    await cloud?.remove();
  });

  /** Runs it and answers its output; a failure shows what it said and what the cloud's logs say. */
  const triton = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await cloud.triton(...args);
    if (code !== 0) throw new Error(`triton ${args.join(' ')}: exit ${code}\n${stderr}${stdout}\n${cloud.logTails()}`);
    return stdout.trim();
  };
  const json = async <T>(...args: string[]): Promise<T> => JSON.parse(await triton(...args)) as T;
  const failing = (...args: string[]): Promise<CommandResult> => cloud.triton(...args);

  it('profile', async () => {
    expect(await triton('profile', 'get')).toContain('account: demo');
    expect(await triton('profile', 'list')).toContain('local');
  });

  it('info', async () => {
    expect(await triton('info')).toContain('login: demo');
  });

  it('image ls, package ls, network ls', async () => {
    expect(await triton('image', 'ls', '-H', '-o', 'name,state')).toMatch(/nereid-base\s+active/);
    expect(await triton('package', 'ls', '-H', '-o', 'name')).toContain('nano');
    expect(await triton('network', 'ls', '-H', '-o', 'name')).toContain('external');
  });

  it('instance create -w with metadata and tags', async () => {
    const script = 'echo ran > /root/user-script-ran';
    const made = ['-m', 'colour=blue', '-m', `user-script=${script}`, '-t', 'role=web', 'nereid-base', 'nano'];
    await triton('instance', 'create', '-w', '-n', 'web0', '--network', 'external', ...made);
    const instance = await json<{ id: string; state: string; compute_node: string; tags: object; metadata: Record<string, string> }>(
      'instance',
      'get',
      '-j',
      'web0',
    );
    expect(instance).toMatchObject({ state: 'running', tags: { role: 'web' }, metadata: { colour: 'blue' } });
    ({ id, compute_node: server } = instance);
    const [row] = await cloud.sql<{ driver: string }>('SELECT driver FROM cnapi.server WHERE id = $1', [server]);
    expect(row).toEqual({ driver: 'linux' });
  });

  it('limits are set in the kernel', async () => {
    const { cgroupParent } = await cloud.realNode();
    const read = (controller: string, file: string): string =>
      readFileSync(join('/sys/fs/cgroup', controller, cgroupParent, id, file), 'utf8').trim();
    expect(Number(read('memory', 'memory.limit_in_bytes'))).toBe(64 * 2 ** 20);
    expect(Number(read('cpu', 'cpu.cfs_quota_us')) / Number(read('cpu', 'cpu.cfs_period_us'))).toBeCloseTo(0.5);
    expect(Number(read('pids', 'pids.max'))).toBe(1000);
  });

  it('ls finds it by name, tag and state', async () => {
    expect(await triton('instance', 'ls', '-H', '-o', 'name,state', 'tag.role=web')).toMatch(/^web0\s+running$/);
    expect(await triton('instance', 'ls', '-H', '-o', 'name', 'state=stopped')).toBe('');
    expect(await triton('instance', 'ls', '-H', '-o', 'id', 'name=web0')).toBe(id);
  });

  it('ssh runs a command, and the guest knows itself', async () => {
    expect(await triton('ssh', 'web0', 'mdata-get sdc:uuid')).toBe(id);
    expect(await triton('ssh', 'web0', 'mdata-get colour; hostname; cat /root/user-script-ran')).toBe('blue\nweb0\nran');
  });

  it('nereid ssh and nereid instance exec run commands there, words arrive whole, and the exit status is theirs', async () => {
    expect(await cloud.nereid(['ssh', 'web0', 'mdata-get', 'sdc:uuid'])).toMatchObject({ code: 0, stdout: `${id}\n` });
    const exec = await cloud.nereid(['instance', 'exec', 'web0', 'printf', '%s|', 'two words', "it's", '$HOME', '-n']);
    expect(exec).toMatchObject({ code: 0, stdout: "two words|it's|$HOME|-n|" });
    expect((await cloud.nereid(['instance', 'exec', 'web0', '--', 'sh', '-c', 'exit 7'])).code).toBe(7);
    expect((await cloud.nereid(['ssh', 'nosuch', 'true'])).code).toBe(3);
  });

  it('what the guest writes reaches the API', async () => {
    await triton('ssh', 'web0', 'mdata-put answer 42');
    expect(
      await triton('instance', 'metadata', 'get', 'web0', 'answer').catch(() => triton('cloudapi', `/my/machines/${id}/metadata/answer`)),
    ).toContain('42');
  });

  it('stop, start and reboot', async () => {
    await triton('instance', 'stop', '-w', 'web0');
    expect(await triton('instance', 'ls', '-H', '-o', 'state', 'name=web0')).toBe('stopped');
    await triton('instance', 'start', '-w', 'web0');
    expect(await triton('ssh', 'web0', 'mdata-get sdc:uuid')).toBe(id);
    await triton('instance', 'reboot', '-w', 'web0');
    expect(await triton('ssh', 'web0', 'mdata-get sdc:alias')).toBe('web0');
  });

  it('instance resize -w changes the limits in the kernel, up and down, while a process in it goes on', async () => {
    const { cgroupParent } = await cloud.realNode();
    const read = (controller: string, file: string): number =>
      Number(readFileSync(join('/sys/fs/cgroup', controller, cgroupParent, id, file), 'utf8'));
    const limits = () => ({
      memoryMiB: read('memory', 'memory.limit_in_bytes') / 2 ** 20,
      cores: read('cpu', 'cpu.cfs_quota_us') / read('cpu', 'cpu.cfs_period_us'),
      shares: read('cpu', 'cpu.shares'),
      processes: read('pids', 'pids.max'),
    });
    // It writes a line ten times a second for as long as it lives; restarted, it would begin anew under another number.
    await triton('ssh', 'web0', '(trap "" HUP; while :; do echo $$ >> /root/alive; sleep 0.1; done) > /dev/null 2>&1 < /dev/null &');
    const alive = async (): Promise<{ who: string; lines: number }> => {
      const [who, lines] = (await triton('ssh', 'web0', 'sort -u /root/alive; wc -l < /root/alive')).split('\n');
      return { who: who!, lines: Number(lines) };
    };
    const boot = await triton('ssh', 'web0', 'stat -c %Y /proc/1');
    const nano = limits();
    expect(nano).toMatchObject({ memoryMiB: 64, cores: 0.5, processes: 1000 });
    let before = await alive();
    for (const [name, wanted, disk] of [
      ['small', { memoryMiB: 256, cores: 1, processes: 1000 }, 5],
      ['nano', nano, 1],
    ] as const) {
      expect(await triton('instance', 'resize', '-w', 'web0', name)).toContain(`Resized instance web0 to "${name}"`);
      expect(limits()).toMatchObject(wanted);
      expect(await json('instance', 'get', '-j', 'web0')).toMatchObject({
        package: name,
        memory: wanted.memoryMiB,
        disk: disk * 1024,
        state: 'running',
      });
      const now = await alive();
      expect(now.who).toBe(before.who);
      expect(now.lines).toBeGreaterThan(before.lines);
      before = now;
      expect(describeFindings(await cloud.findings())).toBe('');
    }
    expect(await triton('ssh', 'web0', 'stat -c %Y /proc/1')).toBe(boot);
  });

  it('a resize that cannot be changes nothing and says why', async () => {
    await triton('instance', 'resize', '-w', 'web0', 'small');
    await triton('ssh', 'web0', 'dd if=/dev/urandom of=/root/full bs=1M count=1100 2>/dev/null');
    const full = await cloud.nereid(['instance', 'resize', '-w', 'web0', 'nano']);
    expect(full.stderr).toContain('resize failed at apply-limits: It holds more data than the new size gives it.');
    await triton('ssh', 'web0', 'rm /root/full');
    expect((await failing('instance', 'resize', 'web0', 'no-such')).code).not.toBe(0);
    expect(await json('instance', 'get', '-j', 'web0')).toMatchObject({ package: 'small', memory: 256, disk: 5 * 1024, state: 'running' });
    expect(describeFindings(await cloud.findings())).toBe('');
    const steps = await cloud.nereid(['instance', 'resize', '-w', 'web0', 'nano']);
    expect(steps).toMatchObject({ code: 0, stdout: 'Resizing instance web0 to "nano"\nResized instance web0 to "nano"\n' });
    expect(steps.stderr.trimEnd().split('\n').map((line) => line.replace(/ \w+$/, ''))).toEqual(['web0: reserve-room', 'web0: apply-limits', 'web0: settle-room']); // prettier-ignore
  });

  it('rename', async () => {
    await triton('instance', 'rename', '-w', 'web0', 'www');
    expect(await triton('instance', 'ls', '-H', '-o', 'name')).toBe('www');
  });

  it('tag', async () => {
    await triton('instance', 'tag', 'set', '-w', 'www', 'tier=front');
    expect(await json('instance', 'tag', 'ls', '-j', 'www')).toEqual({ role: 'web', tier: 'front' });
    await triton('instance', 'tag', 'rm', '-w', 'www', 'role');
    expect(await json('instance', 'tag', 'ls', '-j', 'www')).toEqual({ tier: 'front' });
    expect(await triton('ssh', 'www', 'mdata-get sdc:tags.tier')).toBe('front');
  });

  it('audit lists what was done; the API answers the newest first', async () => {
    const actions = (await triton('instance', 'audit', '-H', '-o', 'action,success', 'www'))
      .split('\n')
      .map((line) => line.split(/\s+/).join(' '));
    expect(actions).toEqual(
      expect.arrayContaining([
        'provision yes',
        'stop yes',
        'start yes',
        'reboot yes',
        'resize yes',
        'resize no',
        'rename yes',
        'set_tags yes',
        'remove_tags yes',
      ]),
    );
    const { body } = await client.call(cloudapi.machineAudit, { id }, {});
    expect(body.map((entry) => entry.action)).toEqual([...actions].reverse().map((line) => line.split(' ')[0]));
    expect(body.at(-1)).toMatchObject({ action: 'provision', success: 'yes', caller: { type: 'signature' } });
  });

  it('the checker finds nothing wrong while it runs', async () => {
    expect(describeFindings(await cloud.findings())).toBe('');
  });

  it('wrong requests change nothing and say why', async () => {
    expect((await failing('instance', 'create', '-n', 'www', 'nereid-base', 'nano')).stderr).toContain('already');
    expect((await failing('instance', 'create', 'nereid-base', 'no-such-package')).stderr).toMatch(/no package|not found/i);
    expect((await failing('instance', 'get', '00000000-0000-4000-8000-000000000000')).code).toBe(3);
    expect(await triton('instance', 'ls', '-H', '-o', 'name')).toBe('www');
  });

  it('rm -w leaves nothing', async () => {
    await triton('instance', 'rm', '-w', '-f', 'www');
    expect(await triton('instance', 'ls', '-H')).toBe('');
    expect(await client.call(cloudapi.getMachine, { id }, {})).toMatchObject({ status: 410, body: { id, state: 'deleted' } });
    expect(describeFindings(await cloud.findings())).toBe('');
    const { cgroupParent } = await cloud.realNode();
    expect(existsSync(join('/sys/fs/cgroup/memory', cgroupParent, id))).toBe(false);
  });
});
