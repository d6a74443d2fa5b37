import { readdirSync, readFileSync } from 'node:fs';
import type { OperatorClient } from '@nereid/client/operator';
import { adminapi, cloudapi } from '@nereid/contracts';
import { Sitting } from '../cloud/console-client';
import { Customer, type Machine } from '../cloud/customer';
import { eventually } from '../cloud/eventually';
import { signedInOperator } from '../cloud/operator-door';
import { TestCloud } from '../cloud/test-cloud';

const size = { columns: 80, rows: 24 };

/** Consoles of zones on the real node and programs in them, through the customers' door. */
describe('a console', () => {
  let cloud: TestCloud;
  let anna: Customer;
  let bert: Customer;
  let machine: Machine;

  beforeAll(async () => {
    cloud = await TestCloud.start({ hasRealNode: true, simulatedServers: 0 });
    anna = await Customer.first(cloud.installation);
    bert = await Customer.make(cloud.installation, 'bert');
    machine = await anna.createAndWait({ name: 'sat-at' });
  });
  afterAll(async () => {
    anna?.close();
    bert?.close();
    await cloud?.remove();
  });

  it('takes what is typed and shows what comes of it; others watch and cannot type', async () => {
    const typist = await Sitting.at(anna, machine.id);
    await typist.until(/Press Enter for a shell/); // an instance counts as running before it has booted
    await typist.type('\r');
    await typist.type('echo 6 times 7 is $((6 * 7))\r');
    await typist.until(/6 times 7 is 42\r\n/);
    const watcher = await Sitting.at(anna, machine.id, { mode: 'watch' });
    await watcher.until(/6 times 7 is 42\r\n/); // what was there before
    await watcher.type('echo the watcher typed\r');
    await typist.type('hostname; tty\r');
    await watcher.until(/sat-at\r\n\/dev\/console\r\n/);
    expect(`${typist.shown}${watcher.shown}`).not.toContain('the watcher typed');
    await expect(Sitting.at(anna, machine.id)).rejects.toThrow(/409 .*InUseError/);

    typist.resize(132, 43);
    await typist.type('stty size\r');
    await typist.until(/43 132\r\n/);
    typist.close();
    await watcher.type('x');
    // The place is free as soon as the door has told the node.
    const next = await eventually('another may type', () => Sitting.at(anna, machine.id).catch(() => undefined), (it) => it !== undefined); // prettier-ignore
    await next!.until(/43 132\r\n/);
    next!.close();
    watcher.close();
  });

  it('is of the zone: its own name, ids, rights and limits hold the shell too', async () => {
    const shell = await Sitting.at(anna, machine.id, { kind: 'exec', ...size });
    await shell.type('id -u; hostname; echo $TERM; grep -E "^(Seccomp|CapBnd):" /proc/self/status; wc -l < /proc/self/uid_map\r');
    await shell.until(/0\r\nsat-at\r\nxterm-256color\r\nCapBnd:\s+00000000[0-9a-f]+\r\nSeccomp:\s+2\r\n1\r\n/);
    expect(BigInt(`0x${/CapBnd:\s+([0-9a-f]+)/.exec(shell.shown)![1]}`) & (1n << 21n)).toBe(0n);
    // Nothing of the server's is open in it but its three streams.
    const listing = await Sitting.at(anna, machine.id, { kind: 'exec', command: ['ls', '-l', '/proc/self/fd'] });
    expect(await listing.ended).toMatchObject({ exitCode: 0 });
    expect(listing.shown).not.toContain('socket:');
    expect(listing.shown.match(/^\S+ .* -> pipe:.*$/gm)).toHaveLength(3);
    await shell.type('exit 5\r');
    expect(await shell.ended).toEqual({ reason: 'exited', exitCode: 5 });
  });

  it('runs a program between pipes: its input, output, errors and exit code', async () => {
    const program = await Sitting.at(anna, machine.id, { kind: 'exec', command: ['sh', '-c', 'wc -c; echo trouble >&2; exit 3'] });
    await program.type('x'.repeat(600_000));
    program.endInput();
    expect(await program.ended).toEqual({ reason: 'exited', exitCode: 3 });
    expect([program.shown.trim(), program.complained]).toEqual(['600000', 'trouble\n']);
    await expect(Sitting.at(anna, machine.id, { kind: 'exec', command: ['/no/such'] })).rejects.toThrow(/409 .*InvalidArgument/);
  });

  it("belongs to its owner: others' do not exist, and a token is no way around that", async () => {
    await expect(Sitting.at(bert, machine.id)).rejects.toMatchObject({ code: 'ResourceNotFound' });
    const { body } = await anna.client.call(cloudapi.openMachineConsole, { id: machine.id }, { mode: 'watch' });
    await expect(Sitting.connect(bert, machine.id, body.token)).rejects.toThrow(/^404 /);
    const his = await bert.createAndWait({ name: 'his' });
    await expect(Sitting.connect(bert, his.id, body.token)).rejects.toThrow(/^401 /);
    await expect(Sitting.connect(anna, machine.id, `${body.id}.${'A'.repeat(43)}`)).rejects.toThrow(/^401 /);
    const seat = await Sitting.connect(anna, machine.id, body.token);
    await expect(Sitting.connect(anna, machine.id, body.token)).rejects.toThrow(/^401 /);
    seat.close();
    const plain = await anna.send('GET', `/my/machines/${machine.id}/console`);
    expect(plain).toMatchObject({ status: 400, body: { code: 'UpgradeRequiredError' } });
    const audit = await anna.client.call(cloudapi.machineAudit, { id: machine.id }, {});
    expect(audit.body.filter(({ action }) => action === 'console' || action === 'exec').length).toBeGreaterThan(2);
    await bert.destroy(his.id);
  });

  describe("at the operators' door", () => {
    let ops: OperatorClient;
    let others: OperatorClient;

    beforeAll(async () => {
      [ops, others] = [await signedInOperator(cloud.installation), await signedInOperator(cloud.installation)];
    });
    afterAll(() => {
      ops?.close();
      others?.close();
    });

    it('one types, whoever comes second watches, and customers and operators share one place', async () => {
      const typist = await Sitting.ofOperator(ops, machine.id);
      await typist.type('\rexport PS1=; echo 6 times 9 is $((6 * 9))\r');
      await typist.until(/6 times 9 is 54\r\n/);
      await expect(Sitting.ofOperator(others, machine.id)).rejects.toThrow(/^4004 InUse$/);
      await expect(Sitting.at(anna, machine.id)).rejects.toThrow(/409 .*InUseError/);
      const watcher = await Sitting.ofOperator(others, machine.id, { mode: 'watch' });
      await watcher.until(/6 times 9 is 54\r\n/);
      await watcher.type('echo the other one typed\r');
      typist.resize(101, 37);
      await typist.type('stty size\r');
      await watcher.until(/37 101\r\n/);
      expect(`${typist.shown}${watcher.shown}`).not.toContain('the other one typed');
      watcher.close();
      typist.close();
      expect(await typist.ended).toMatchObject({ reason: 'disconnected', code: 1000 });
    });

    it('a token works once, for its own kind of person, at its own instance', async () => {
      const open = async (): Promise<string> =>
        (await ops.call(adminapi.openVmConsole, { uuid: machine.id }, { mode: 'watch' })).body.token;
      const token = await open();
      await expect(Sitting.connect(anna, machine.id, token)).rejects.toThrow(/^401 /);
      const { body } = await anna.client.call(cloudapi.openMachineConsole, { id: machine.id }, { mode: 'watch' });
      await expect(Sitting.connectOperator(ops, machine.id, body.token)).rejects.toThrow(/^4004 InvalidCredentials$/);
      const seat = await Sitting.connectOperator(ops, machine.id, token);
      await expect(Sitting.connectOperator(ops, machine.id, token)).rejects.toThrow(/^4004 InvalidCredentials$/);
      seat.close();
      await expect(Sitting.connectOperator(ops, 'nothing', await open())).rejects.toThrow(/^4004 ValidationFailed$/);
      const other = await anna.createAndWait({ name: 'other' });
      await expect(Sitting.connectOperator(ops, other.id, await open())).rejects.toThrow(/^4004 InvalidCredentials$/);
      await anna.destroy(other.id);
      await expect(Sitting.ofOperator(ops, other.id)).rejects.toMatchObject({ code: 'Gone' });
      const { body: audit } = await ops.call(adminapi.listVmAudit, { uuid: machine.id }, {});
      expect(audit).toContainEqual(
        expect.objectContaining({ action: 'console', caller: expect.objectContaining({ type: 'operator' }) as object }),
      );
    });

    it('more is typed than the window holds, more comes than a slow reader takes, and both are told', async () => {
      const waiting: (() => void)[] = [];
      let isPaused = false;
      const seat = await Sitting.ofOperator(ops, machine.id, {}, (_, taken) => (isPaused ? waiting.push(taken) : taken()));
      await seat.type('\rstty raw -echo; echo re""ady; head -c 600000 | wc -c; stty sane; echo do""ne\r');
      await seat.until(/ready/); // before, the terminal would keep no more than a line
      await seat.type('x'.repeat(600_000));
      await seat.until(/600000\ndone\r\n/);
      const watcher = await Sitting.ofOperator(others, machine.id, { mode: 'watch' });
      isPaused = true;
      await seat.type('head -c 3000000 /dev/zero | tr "\\0" y; echo; echo all is $((40 + 2))\r');
      await watcher.until(/all is 42\r\n/); // the console waits for nobody
      expect(seat.shown.length).toBeLessThanOrEqual(256 * 1024);
      watcher.close();
      isPaused = false;
      for (const taken of waiting.splice(0)) taken();
      await seat.until(/all is 42\r\n/);
      expect(seat.skipped).toBeGreaterThan(0);
      seat.close();
    });

    it('ends when nothing happens, and with the session in which it was opened', async () => {
      const idle = await Sitting.ofOperator(ops, machine.id, { mode: 'watch', idle_seconds: 1 });
      expect(await idle.ended).toEqual({ reason: 'idle' });
      const seat = await Sitting.ofOperator(others, machine.id, { mode: 'watch' });
      await others.signOut();
      expect(await seat.ended).toEqual({ reason: 'disconnected', code: 4001, message: 'signed out' });
      await expect(
        Sitting.connectOperator(others, machine.id, `${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}.${'A'.repeat(43)}`),
      ).rejects.toThrow(/^4001 /);
    });
  });

  it('gives 50 MB to a slow reader whole and in order, and keeps next to nothing of it in memory', async () => {
    const megabytes = 50;
    const command = [
      'sh',
      '-c',
      `i=0; while [ $i -lt ${megabytes} ]; do head -c 1048576 /dev/zero | tr '\\0' x; i=$((i+1)); done; echo; echo end`,
    ];
    const waiting: (() => void)[] = [];
    let isPaused = true;
    let received = 0;
    const seat = await Sitting.at(anna, machine.id, { kind: 'exec', command }, (bytes, taken) => {
      received += bytes.length;
      if (isPaused) waiting.push(taken);
      else taken();
    });
    const { supervisorPid } = await cloud.realNode();
    await eventually('a window full', async () => received, (bytes) => bytes >= 256 * 1024); // prettier-ignore
    const before = agentMemoryMiB(supervisorPid);
    isPaused = false;
    for (const taken of waiting.splice(0)) taken();
    expect(await seat.ended).toEqual({ reason: 'exited', exitCode: 0 });
    expect(received).toBe(megabytes * 1024 * 1024 + 5);
    expect(seat.shown.endsWith('x\nend\n')).toBe(true);
    expect(agentMemoryMiB(supervisorPid) - before).toBeLessThan(40);
  });

  it('ends when nothing happens, when its client vanishes, and with the instance', async () => {
    const idle = await Sitting.at(anna, machine.id, { kind: 'exec', ...size, idle_seconds: 1 });
    expect(await idle.ended).toEqual({ reason: 'idle' });
    const lost = await Sitting.at(anna, machine.id, { kind: 'exec', ...size });
    await lost.type('sleep 4321\r');
    await lost.until(/sleep 4321/);
    await eventually('it sleeps', sleepers, (count) => count === 1);
    lost.vanish();
    await eventually('nobody sleeps', sleepers, (count) => count === 0);
    const [seat, shell] = [await Sitting.at(anna, machine.id), await Sitting.at(anna, machine.id, { kind: 'exec', ...size })];
    await anna.act(machine.id, 'stop');
    expect([await seat.ended, await shell.ended]).toEqual([{ reason: 'stopped' }, expect.objectContaining({ reason: 'stopped' })]);
    await anna.until(machine.id, 'stopped');
    await expect(Sitting.at(anna, machine.id)).rejects.toMatchObject({ message: expect.stringContaining('does not run') as string });
    await anna.act(machine.id, 'start');
    await anna.until(machine.id, 'running');
  });

  it('leaves no process when the agent is killed, and the console itself goes on', async () => {
    const seat = await Sitting.at(anna, machine.id);
    await seat.until(/Press Enter for a shell/);
    await seat.type('\r');
    await seat.type('echo before the fall\r');
    await seat.until(/before the fall\r\n/);
    const shell = await Sitting.at(anna, machine.id, { kind: 'exec', ...size });
    await shell.type('sleep 4321\r');
    await eventually('it sleeps', sleepers, (count) => count === 1);
    const { supervisorPid } = await cloud.realNode();
    process.kill(agentPid(supervisorPid), 'SIGKILL');
    await eventually('nobody sleeps', sleepers, (count) => count === 0);
    const again = await eventually('it can be sat at again', () => Sitting.at(anna, machine.id).catch(() => undefined), (it) => it !== undefined, 60_000); // prettier-ignore
    await again!.until(/before the fall\r\n/);
    again!.close();
    expect(await anna.ssh(machine.primaryIp!, 'echo still there')).toBe('still there');
    await anna.destroy(machine.id);
    expect(keepers()).toBe(0);
  });

  /** Programs of the test that run anywhere on this machine. */
  async function sleepers(): Promise<number> {
    return commands().filter((command) => command === 'sleep\u00004321\u0000').length;
  }

  /** Keepers of consoles below this cloud's box. */
  function keepers(): number {
    return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && readText(`/proc/${pid}/cmdline`).includes(`/run/nereid/${cloud.installation.id}`) && readText(`/proc/${pid}/comm`).trim() === 'zone-console').length; // prettier-ignore
  }
});

function commands(): string[] {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid)).map((pid) => readText(`/proc/${pid}/cmdline`)); // prettier-ignore
}

/** The agent in a box: the node process below its supervisor. */
function agentPid(supervisor: number): number {
  const children = (pid: number): number[] => readText(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number); // prettier-ignore
  const below = [supervisor];
  for (const pid of below) {
    if (/apps\/agent\/dist\/main\.js/.test(readText(`/proc/${pid}/cmdline`)) && /^node/.test(readText(`/proc/${pid}/comm`))) return pid;
    below.push(...children(pid));
  }
  throw new Error('the agent does not run');
}

function agentMemoryMiB(supervisor: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readText(`/proc/${agentPid(supervisor)}/status`))![1]) / 1024;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
