import { Customer, type Machine } from '../cloud/customer';
import { Sitting } from '../cloud/console-client';
import { eventually } from '../cloud/eventually';
import type { Terminal } from '../cloud/terminal';
import { TestCloud } from '../cloud/test-cloud';

/** `nereid instance console` and `nereid instance exec` as a person has them, at a terminal, with a zone of the real node. */
describe('nereid at a console', () => {
  let cloud: TestCloud;
  let anna: Customer;
  let machine: Machine;
  const terminals: Terminal[] = [];

  beforeAll(async () => {
    cloud = await TestCloud.start({ hasRealNode: true, simulatedServers: 0 });
    anna = await Customer.first(cloud.installation);
    machine = await anna.createAndWait({ name: 'sat-at' });
  });
  afterAll(async () => {
    for (const terminal of terminals) terminal.close();
    anna?.close();
    await cloud?.remove();
  });

  /** At a terminal; behind it the shell tells its exit status and how the terminal was left. */
  const atTerminal = (line: string): Terminal => {
    const terminal = cloud.terminal(`trap : INT; nereid ${line}; echo "status=$?"; stty -a`);
    terminals.push(terminal);
    return terminal;
  };
  /** As a shell has it: lines, with echo. */
  const usual = /(?<!-)icanon[^]* echo /;
  const left = async (terminal: Terminal, status: number): Promise<void> => {
    await terminal.ended;
    expect(terminal.shown).toContain(`status=${status}\r\n`);
    expect(terminal.shown.slice(terminal.shown.lastIndexOf('status='))).toMatch(usual);
  };

  it('hands keys and Ctrl-C to the console, follows the size of the terminal, and leaves by ~. with the terminal as it was', async () => {
    const terminal = atTerminal('instance console sat-at');
    await terminal.until(/console of sat-at; Enter and ~\. leaves it/);
    terminal.type('\r');
    await terminal.until(/sat-at.*# /);
    terminal.type('echo 6 times 7 is $((6 * 7)); sleep 4000\r');
    await terminal.until(/6 times 7 is 42\r\n/);
    terminal.type('\x03');
    terminal.type('echo awake $((40 + 1))\r');
    await terminal.until(/awake 41\r\n/);
    terminal.resize(117, 33);
    await eventually('the size there', async () => {
      terminal.type('stty size\r');
      return terminal.shown.slice(-400);
    }, (shown) => /33 117\r\n/.test(shown)); // prettier-ignore
    terminal.type('~?');
    terminal.type('echo a ~. in a line\r');
    await terminal.until(/a ~\. in a line\r\n[^]*a ~\. in a line\r\n/);
    terminal.type('~.');
    await terminal.until(/left the console of sat-at, which goes on/);
    await left(terminal, 0);
  });

  it('watches read-only while another types, says who cannot sit down, and is told when the instance stops', async () => {
    const typist = await Sitting.at(anna, machine.id);
    const refused = atTerminal('console sat-at');
    await left(refused, 5);
    expect(refused.shown).toContain('watch meanwhile: nereid instance console --read-only sat-at');
    const watcher = atTerminal('instance console --read-only sat-at');
    await typist.type('echo seen by $((1 + 1))\r');
    await watcher.until(/seen by 2\r\n/);
    watcher.type('\x03');
    await left(watcher, 130);
    typist.close();
    const seat = await eventually('the seat is free', async () => {
      const terminal = atTerminal('instance console sat-at');
      await Promise.race([terminal.until(/leaves it/), terminal.ended]);
      return terminal;
    }, ({ shown }) => shown.includes('leaves it')); // prettier-ignore
    await anna.act(machine.id, 'stop');
    await seat.until(/the console of sat-at ended: The instance stopped\./);
    await left(seat, 0);
    await anna.until(machine.id, 'stopped');
    const stopped = await cloud.nereid(['instance', 'console', '--read-only', 'sat-at']);
    expect(stopped).toMatchObject({ code: 1, stderr: expect.stringContaining('does not run') as string });
    await anna.act(machine.id, 'start');
    await anna.until(machine.id, 'running');
  });

  it('a terminal is as it was when the command is ended from outside', async () => {
    const terminal = atTerminal('instance console sat-at');
    await terminal.until(/leaves it/);
    terminal.signal('SIGTERM');
    await left(terminal, 143);
    expect(await cloud.nereid(['instance', 'console', 'sat-at'])).toMatchObject({ code: 2, stderr: expect.stringContaining('wants a terminal') as string }); // prettier-ignore
  });

  it('exec runs programs: words whole, input, output, errors, exit status, signals', async () => {
    const exec = (...args: string[]) => cloud.nereid(['instance', 'exec', 'sat-at', ...args]);
    expect(await exec('printf', '%s|', 'two words', "it's", '$HOME', '-n')).toEqual({ code: 0, stdout: "two words|it's|$HOME|-n|", stderr: '' }); // prettier-ignore
    expect(await exec('--', 'sh', '-c', 'echo trouble >&2; exit 7')).toEqual({ code: 7, stdout: '', stderr: 'trouble\n' });
    expect((await exec('/no/such')).code).toBe(127);
    expect((await cloud.nereid(['instance', 'exec', 'nosuch', 'true'])).code).toBe(3);
    const counted = await cloud.shell('head -c 3000000 /dev/zero | nereid instance exec sat-at sh -c "cat | wc -c"');
    expect(counted).toMatchObject({ code: 0, stdout: '3000000\n' });
    const patient = atTerminal(`instance exec -n sat-at sh -c 'trap "exit 42" INT; echo on; while :; do sleep 1; done'`);
    await patient.until(/on\r\n/);
    patient.type('\x03');
    await left(patient, 42);
  });

  it('exec with a terminal has its size and its keys', async () => {
    const terminal = atTerminal('instance exec -t sat-at sh');
    await terminal.until(/# /);
    terminal.resize(91, 31);
    await eventually('the size there', async () => {
      terminal.type('stty size\r');
      return terminal.shown.slice(-400);
    }, (shown) => /31 91\r\n/.test(shown)); // prettier-ignore
    terminal.type('exit 9\r');
    await left(terminal, 9);
  });

  it('ssh goes there too, with the words and the exit status of ssh', async () => {
    expect(await cloud.nereid(['ssh', 'sat-at', 'mdata-get', 'sdc:uuid'])).toMatchObject({ code: 0, stdout: `${machine.id}\n` });
    expect((await cloud.nereid(['ssh', 'sat-at', 'exit', '6'])).code).toBe(6);
    expect((await cloud.nereid(['ssh', 'nosuch', 'true'])).code).toBe(3);
  });
});
