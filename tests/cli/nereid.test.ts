import { existsSync, statSync, writeFileSync } from 'node:fs';
import { cloudapi } from '@nereid/contracts';
import { doorsOf } from '@nereid/infra-local';
import { Customer } from '../cloud/customer';
import { TestCloud, nereidFile, type CommandResult } from '../cloud/test-cloud';

/** The nereid command beside the triton command, on a cloud of simulated servers: the same columns, the same JSON, the same exit codes. */
describe('the nereid command', () => {
  let cloud: TestCloud;

  beforeAll(async () => {
    cloud = await TestCloud.start({ simulatedServers: 2 });
    await nereid('instance', 'create', '-w', '-n', 'web0', '-t', 'role=web', '-t', 'rev=7', '-m', 'colour=blue', 'nereid-base', 'nano');
  });
  afterAll(() => cloud?.remove());

  /** Steps of a job that is waited for, as they end. */
  const steps = /^([\w-]+: (undo )?[\w-]+ \w+\n)*$/;

  /** Runs it; a failure shows what it said. On success stderr must be empty, as scripts expect, but for the steps of what is waited for. */
  const nereid = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await cloud.nereid(args);
    if (code !== 0 || !steps.test(stderr) || (stderr !== '' && !args.includes('-w')))
      throw new Error(`nereid ${args.join(' ')}: exit ${code}\n${stderr}${stdout}\n${cloud.logTails()}`);
    return stdout.trimEnd();
  };
  const json = async <T>(...args: string[]): Promise<T> => JSON.parse(await nereid(...args)) as T;
  /** What changes between two runs in a row: ages. */
  const still = (text: string): string =>
    text
      .replace(/\b\d+[smhd]\b/g, 'AGE')
      .replace(/ +/g, ' ')
      .replaceAll('triton', 'nereid');

  describe('prints what the triton command prints', () => {
    it.each(
      [
        'instance ls',
        'instance ls -l',
        'instance ls -H -o id,name,tags.role,metadata.colour,nosuch -s -name',
        'instance ls state=stopped',
        'instance get web0',
        'instance audit -l web0',
        'instance audit -j web0',
        'instance tag get -j web0 rev',
        'instance metadata ls web0',
        'ip web0',
        'image ls',
        'images -l',
        'image get -j nereid-base@1.0.0',
        'package ls -l',
        'package ls -p',
        'pkgs -j',
        'network ls -l',
        'network get-default',
        'key ls -l',
        'key ls -A',
        'account get',
        'profile ls -l',
        'profile get',
        'datacenters',
        'services -j',
        'cloudapi /my/packages',
      ].map((line) => [line]),
    )('%s', async (line) => {
      const words = line.split(' ');
      const [ours, theirs] = await Promise.all([cloud.nereid(words), cloud.triton(...words)]);
      // The triton command sorts some lines of JSON and others not.
      const shown = (text: string): unknown => (words.includes('-j') ? still(text).split('\n').sort() : still(text));
      expect({ code: ours.code, text: shown(ours.stdout) }).toEqual({ code: theirs.code, text: shown(theirs.stdout) });
    });

    it('JSON lines carry the fields of the API unchanged, and the same ones that are worked out', async () => {
      const [ours, theirs] = await Promise.all([cloud.nereid(['ls', '-j']), cloud.triton('ls', '-j')]);
      const parse = ({ stdout }: CommandResult): object => ({ ...(JSON.parse(stdout) as object), age: '' });
      expect(parse(ours)).toEqual(parse(theirs));
    });
  });

  describe('fails as the triton command fails', () => {
    it.each(
      [
        'instance get nosuch',
        'instance get 00000000-0000-4000-8000-000000000000',
        'image get nosuch',
        'key get nosuch',
        'instance create nereid-base nosuch',
        'instance rm -f nosuch',
        '-p nosuch ls',
        'instance get',
        'instance ls --bogus',
        'instance ls color=red',
        'instance frobnicate',
      ].map((line) => [line]),
    )('%s', async (line) => {
      const words = line.split(' ');
      const [ours, theirs] = await Promise.all([cloud.nereid(words, { TRITON_COMPAT: '1' }), cloud.triton(...words)]);
      const code = (text: string): string => /error(?: \((\w+)\))?:/.exec(text)?.[0] ?? text;
      expect(ours.code).toBe(theirs.code);
      // A usage error has a code here even where the triton command has none.
      if (code(theirs.stderr) !== 'error:' || ours.code === 3) expect(code(ours.stderr)).toBe(code(theirs.stderr));
    });

    it('the first line is the one that scripts read', async () => {
      const { stderr, code } = await cloud.nereid(['instance', 'get', 'nosuch']);
      expect(stderr).toBe('nereid instance get: error (ResourceNotFound): no instance with name or short id "nosuch" was found\n');
      expect(code).toBe(3);
    });
  });

  it('exit codes say more than the triton command knows, unless told', async () => {
    expect((await cloud.nereid(['instance', 'ls', '--bogus'])).code).toBe(2);
    expect((await cloud.nereid(['instance', 'wait', '-s', 'stopped', '--wait-timeout', '0.2', 'web0'])).code).toBe(4);
    await nereid('instance', 'enable-deletion-protection', '-w', 'web0');
    const refused = await cloud.nereid(['rm', '-f', 'web0']);
    expect(refused).toMatchObject({ code: 5, stderr: expect.stringContaining('nereid instance delete: error: command failure') });
    expect(refused.stderr).toContain('protected from deletion');
    expect((await cloud.nereid(['rm', '-f', 'web0'], { TRITON_COMPAT: '1' })).code).toBe(1);
    await nereid('instance', 'disable-deletion-protection', '-w', 'web0');
  });

  it('other formats', async () => {
    expect(await nereid('instance', 'ls', '-o', 'name')).toBe('web0');
    expect(await nereid('instance', 'ls', '-o', 'csv', '-o', 'name,state,tags.role')).toBe('name,state,tags.role\nweb0,running,web');
    expect(await json<object[]>('instance', 'ls', '-o', 'json')).toMatchObject([{ name: 'web0', img: 'nereid-base@1.0.0' }]);
    expect(await nereid('instance', 'get', 'web0', '-o', 'yaml')).toMatch(/^tags:\n {2}rev: 7\n {2}role: web$/m);
    expect(await nereid('package', 'get', 'nano', '-o', 'name')).toBe('nano');
    expect(await nereid('instance', 'get', 'web0', '--query', 'tags.role')).toBe('web');
    expect(await json('instance', 'ls', '--query', "[?img=='nereid-base@1.0.0'].{name: name, rev: tags.rev}")).toEqual([
      { name: 'web0', rev: 7 },
    ]);
    expect(await cloud.nereid(['instance', 'ls', '--query', '[?'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/error \(Option\): --query "\[\?"/),
    });
  });

  it('a table fits a narrow terminal', async () => {
    const at = (columns: number): Promise<CommandResult> =>
      cloud.program('script', ['-qec', `stty cols ${columns}; ${process.execPath} ${nereidFile} image ls`, '/dev/null']);
    const [wide, narrow] = [(await at(200)).stdout.split('\r\n'), (await at(60)).stdout.split('\r\n')];
    expect(Math.max(...wide.map((line) => line.length))).toBeGreaterThan(60);
    expect(Math.max(...narrow.map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(narrow[1]).toContain('…');
  });

  it('an instance is found by the beginning of its id, with and without dashes', async () => {
    const { id } = await json<{ id: string }>('instance', 'get', '-j', 'web0');
    for (const text of [id, id.slice(0, 8), id.slice(0, 3), id.replaceAll('-', ''), id.replaceAll('-', '').slice(0, 12)]) {
      expect(await json<{ id: string }>('instance', 'get', '-j', text)).toMatchObject({ id });
    }
  });

  it('a life: create, stop, start, reboot, rename, tags, metadata, delete', async () => {
    expect(await nereid('create', '-w', '-n', 'life', 'nereid-base', 'nano')).toMatch(
      /^Creating instance life \(([0-9a-f-]{36}), nereid-base@1\.0\.0, nano\)\nCreated instance life \(\1\) in \w+$/,
    );
    const { id } = await json<{ id: string }>('instance', 'get', '-j', 'life');
    expect(await nereid('instance', 'stop', '-w', 'life')).toMatch(new RegExp(`^Stop instance life \\(${id}, \\w+\\)$`));
    expect(await nereid('instance', 'start', id)).toBe(`Start (async) instance ${id}`);
    expect(await nereid('instance', 'wait', 'life')).toMatch(/running$/);
    expect(await nereid('reboot', '-w', 'life')).toBe('Rebooting instance life\nRebooted instance life');
    expect(await nereid('instance', 'rename', '-w', 'life', 'afterlife')).toBe(
      'Renaming instance life to "afterlife"\nRenamed instance life to "afterlife"',
    );
    expect(JSON.parse(await nereid('instance', 'tag', 'set', '-w', '-j', 'afterlife', 'a=1', 'b=true', 'c=x'))).toEqual({
      a: 1,
      b: true,
      c: 'x',
    });
    expect(JSON.parse(await nereid('instance', 'tag', 'replace-all', '-w', 'afterlife', 'd=2'))).toEqual({ d: 2 });
    expect(await nereid('instance', 'tag', 'rm', '-w', 'afterlife', 'd')).toBe('Deleted tag d on instance afterlife');
    expect(JSON.parse(await nereid('instance', 'metadata', 'set', '-w', 'afterlife', 'n=1'))).toMatchObject({ n: '1' });
    expect(await nereid('instance', 'metadata', 'rm', '-f', '-w', 'afterlife', 'n')).toBe(`Deleted metadata n of instance "${id}"`);
    expect(await nereid('instance', 'enable-firewall', '-w', 'afterlife')).toBe(
      'Enabling firewall for instance "afterlife"\nEnabled firewall for instance "afterlife"',
    );
    expect(await nereid('rm', '-f', '-w', 'afterlife')).toMatch(new RegExp(`^Delete instance afterlife \\(${id}, \\w+\\)$`));
    const gone = await cloud.nereid(['instance', 'get', id]);
    expect(gone).toMatchObject({ code: 3, stderr: `nereid instance get: error (InstanceDeleted): instance ${id} was deleted\n` });
    expect(JSON.parse(gone.stdout)).toMatchObject({ id, state: 'deleted' });
    expect(await nereid('instance', 'ls', '-Ho', 'name')).toBe('web0');
  });

  it('shows the steps of what is waited for as they end; nothing with -j and in place of the triton command', async () => {
    const create = await cloud.nereid(['create', '-w', '-n', 'steps', 'nereid-base', 'nano']);
    expect(create).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Created instance steps /m) });
    const lines = create.stderr.trimEnd().split('\n').map((line) => line.replace(/ \w+$/, '')); // prettier-ignore
    expect(lines.sort()).toEqual(['steps: boot', 'steps: pick-server', 'steps: reserve-nics']);
    expect((await cloud.nereid(['instance', 'stop', '-w', 'steps', 'web0'])).stderr.split('\n').sort()).toEqual([
      '',
      expect.stringMatching(/^steps: stop \w+$/),
      expect.stringMatching(/^web0: stop \w+$/),
    ]);
    expect(await cloud.nereid(['instance', 'start', '-w', 'web0'], { TRITON_COMPAT: '1' })).toMatchObject({ code: 0, stderr: '' });
    expect((await cloud.nereid(['create', '-w', '-j', '-n', 'silent', 'nereid-base', 'nano'])).stderr).toBe('');
    // A person sees them while they run.
    const onTerminal = `stty cols 60 rows 20; ${process.execPath} ${nereidFile} rm -f -w steps`;
    const { stdout } = await cloud.program('script', ['-qec', onTerminal, '/dev/null']);
    expect(stdout).toMatch(/\x1b\[\dA\x1b\[J/); // drawn again as they change
    expect(stdout).toMatch(/ {2}steps {2}release-nics +\w+\r\n[^]*Delete instance steps/);
    await nereid('rm', '-f', '-w', 'silent');
  });

  it('says at which step it failed, and why in the published words', async () => {
    const bad = await cloud.nereid(['create', '-w', '-n', 'bad', '-a', 'instance==web0', '-a', 'instance!=web0', 'nereid-base', 'nano']);
    expect(bad).toMatchObject({ code: 1, stderr: expect.stringMatching(/^bad: pick-server failed after \w+: InsufficientCapacity: /m) });
    expect(bad.stderr).toMatch(/^ {4}it failed at pick-server: No server has room for it\.$/m);
  });

  it("another account's jobs are not there", async () => {
    const { id } = await json<{ id: string }>('instance', 'get', '-j', 'web0');
    const [job] = await json<{ id: string }[]>('cloudapi', `/my/machines/${id}/jobs`);
    expect(await json('cloudapi', `/my/machines/${id}/jobs/${job!.id}`)).toMatchObject({ id: job!.id, machine: id, state: 'succeeded' });
    const stranger = await Customer.make(cloud.installation, 'stranger');
    try {
      for (const asked of [
        stranger.client.call(cloudapi.listMachineJobs, { id }, {}),
        stranger.client.call(cloudapi.getMachineJob, { id, job: job!.id }, {}),
      ])
        await expect(asked).rejects.toMatchObject({ code: 'ResourceNotFound' });
    } finally {
      stranger.client.close();
    }
  });

  it('create with -j answers the instance twice; --explain and --dry-run make nothing', async () => {
    const lines = (await nereid('create', '-w', '-j', '-n', 'twice', '-N', 'external', 'nereid-base', 'nano')).split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { state: string }).state)).toEqual(['provisioning', 'running']);
    await nereid('rm', '-f', '-w', 'twice');
    const text = await nereid('create', '--explain', '-n', 'never', 'nereid-base', 'small');
    expect(text).toContain('256M memory, 512M swap, 5G disk');
    expect(text).toContain('then      2 instances, 320M memory, 6G disk');
    expect(await json('create', '--dry-run', '-j', '-n', 'never', '-t', 'x=1', 'nereid-base', 'nano')).toMatchObject({
      'name': 'never',
      'tag.x': 1,
    });
    expect(await nereid('ls', '-Ho', 'name')).toBe('web0');
  });

  it('profiles: made from a file, chosen, evaluated by bash, deleted', async () => {
    const home = cloud.installation.path('customer');
    const env = { NEREID_CONFIG_DIR: `${home}/own` };
    const { url, account, keyId } = await json<Record<string, string>>('profile', 'get', '-j');
    const run = async (...args: string[]): Promise<string> => (await cloud.nereid(args, env)).stdout.trimEnd();
    const file = `${home}/east.json`;
    writeFileSync(file, JSON.stringify({ name: 'east', url, account, keyId }));
    expect(await run('profile', 'create', '-f', file)).toBe('Saved profile "east".\nSet "east" as current profile');
    writeFileSync(file, JSON.stringify({ name: 'west', url, account, keyId, insecure: true }));
    expect(await run('profile', 'create', '-f', file)).toBe('Saved profile "west".');
    expect(await run('profile', 'set-current', 'west')).toBe('Set "west" as current profile');
    expect(await run('profile', 'set-current', '-')).toBe('Set "east" as current profile');
    expect(await run('-p', 'west', 'instance', 'ls', '-Ho', 'name')).toBe('web0');
    expect(await run('env', 'west')).toContain('export NEREID_PROFILE="west"');
    expect(await run('profile', 'rm', '-f', 'east')).toBe('Deleted profile "east"');
    expect(existsSync(`${home}/own/profiles.d/east.json`)).toBe(false);
  });

  it('keys: added, shown, removed', async () => {
    const key = `ssh-ed25519 ${Buffer.concat([Buffer.from('0000000b7373682d6564323535313900000020', 'hex'), Buffer.alloc(32, 7)]).toString('base64')} spare`;
    const file = cloud.installation.path('customer', 'spare.pub');
    writeFileSync(file, `${key}\n`);
    expect(await nereid('key', 'add', '-n', 'spare', file)).toMatch(/^Added key "spare" \([0-9a-f:]{47}\)$/);
    expect(await nereid('key', 'get', 'spare')).toBe(key);
    expect(await nereid('key', 'rm', '-f', 'spare')).toBe('Deleted key "spare"');
  });

  describe('completion in a real bash', () => {
    /** What bash offers behind a line. */
    const offered = async (line: string): Promise<string[]> => {
      const bin = cloud.installation.path('customer', 'bin');
      writeFileSync(`${bin}/nereid`, `#!/bin/sh\nexec ${process.execPath} ${nereidFile} "$@"\n`, { mode: 0o755 });
      const script = 'source <(nereid completion bash); COMP_LINE="$1" COMP_POINT=${#1}; _nereid; printf "%s\\n" "${COMPREPLY[@]}"';
      const { stdout } = await cloud.program('bash', ['-c', script, 'bash', line]);
      return stdout.split('\n').filter((word) => word !== '');
    };

    it.each([
      ['nereid insta', ['instance', 'instances']],
      ['nereid instance tag rep', ['replace-all']],
      ['nereid instance ls --cr', ['--credentials']],
      ['nereid instance get w', ['web0']],
      ['nereid create -n x nereid-base ', ['medium', 'nano', 'small']],
      ['nereid image get nereid-base@', ['1.0.0']], // bash keeps what is before the @
      ['nereid create --network=ext', ['external']],
      ['nereid key add /etc/hostna', ['/etc/hostname']],
    ])('%s', async (line, expected) => expect((await offered(line)).sort()).toEqual([...expected].sort()));
  });

  describe('doctor', () => {
    const findings = async (env: Record<string, string>, ...before: string[]): Promise<Record<string, string>> => {
      const { stdout } = await cloud.nereid([...before, 'doctor', '-j'], env);
      const lines = stdout.trim().split('\n');
      return Object.fromEntries(
        lines.map((line) => {
          const { check, state, next } = JSON.parse(line) as { check: string; state: string; next?: string[] };
          if (state === 'failed') expect(next).not.toHaveLength(0);
          return [check, state];
        }),
      );
    };

    it('finds nothing wrong where nothing is', async () => {
      expect(await findings({})).toEqual({
        profile: 'ok',
        address: 'ok',
        certificate: 'ok',
        API: 'ok',
        clock: 'ok',
        key: 'ok',
        account: 'ok',
      });
    });

    it('says what is wrong, and what to do', async () => {
      expect(await findings({}, '-k', 'aa:bb')).toMatchObject({ certificate: 'ok', key: 'failed' });
      expect(await findings({}, '-a', 'nobody')).toMatchObject({ key: 'ok', account: 'failed' });
      expect(await findings({}, '-U', 'https://127.0.0.1:1')).toMatchObject({ address: 'failed' });
      expect(await findings({ NEREID_CA_FILE: '', NODE_EXTRA_CA_CERTS: '' })).toMatchObject({ certificate: 'failed' });
      expect(await findings({ NEREID_CA_FILE: '', NODE_EXTRA_CA_CERTS: '' }, '-i')).toMatchObject({
        certificate: 'warning',
        account: 'ok',
      });
      expect(await findings({}, '-p', 'nosuch')).toEqual({ profile: 'failed' });
    });
  });

  it('operators sign in, and see servers, jobs step by step, networks and accounts', async () => {
    const { adminapi } = await doorsOf(cloud.installation);
    const password = cloud.installation.path('secrets', 'operator.password');
    expect(await nereid('adm', 'login', adminapi, '--password-file', password)).toMatch(/^Signed in as admin in /);
    expect(statSync(cloud.installation.path('customer', 'config', 'triton', 'operator.json')).mode & 0o777).toBe(0o600);
    const servers = await json<{ hostname: string }[]>('adm', 'server', 'ls', '-o', 'json');
    expect(servers).toMatchObject([{ state: 'up', driver: 'simulated' }, { state: 'up' }]);
    const { hostname } = servers[0]!;
    expect(await nereid('adm', 'server', 'reserve', hostname)).toContain(`Reserved server ${hostname}`);
    expect(await json('adm', 'server', 'get', '-j', hostname)).toMatchObject({ reserved: true });
    expect(await nereid('adm', 'server', 'release', hostname)).toContain(`Released server ${hostname}`);
    const { id } = await json<{ id: string }>('instance', 'get', '-j', 'web0');
    const job = await nereid('adm', 'job', 'ls', `vm_uuid=${id}`, 'name=vm.provision', '-o', 'name');
    expect(await nereid('adm', 'job', 'get', job)).toMatch(/^vm\.provision .* succeeded\nSTEP +DIRECTION +STATE/);
    expect(await nereid('adm', 'network', 'ips', 'simulated', '-o', 'csv', '-o', 'ip')).toMatch(/^ip\n(\d+\.){3}\d+/);
    expect(await nereid('adm', 'account', 'get', 'demo', '-o', 'name')).toBe('demo');
    expect((await cloud.nereid(['adm', 'server', 'get', 'nosuch'])).code).toBe(3);
    expect(await nereid('adm', 'logout')).toBe('Signed out');
    expect(await cloud.nereid(['adm', 'server', 'ls'])).toMatchObject({ code: 1, stderr: expect.stringContaining('nereid adm login') });
  });
});
