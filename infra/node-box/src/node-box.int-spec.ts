import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '@nereid/testkit';
import { boxLeftovers, missingForBox, startBox, type Box } from './index';

const installation = 'b0c5' + process.pid.toString(16).padStart(4, '0').slice(-4);

describeWith('a node box', missingForBox())('a box', () => {
  let state: string;
  beforeAll(() => void (state = mkdtempSync(join(tmpdir(), 'nereid-box-'))));
  const start = (index: number): Promise<Box> =>
    startBox({
      installation,
      index,
      stateDir: join(state, `box${index}`),
      addressFile: join(state, 'range'),
      agentArgv: ['/bin/sleep', '600'],
      poolGiB: 1,
    });
  const inside = (box: Box, ...argv: string[]): string =>
    execFileSync('nsenter', ['-t', String(box.pid), '-m', '-n', '-p', ...argv], { encoding: 'utf8', timeout: 10_000 });

  afterAll(() => rmSync(state, { recursive: true, force: true }));

  it('is a server beside another: own pool, own devices, reachable from the host and back', async () => {
    const [one, two] = [await start(0), await start(1)];
    try {
      expect(inside(one, 'zpool', 'list', '-H', '-o', 'name,health')).toBe(`nereid-${installation}\tONLINE\n`);
      expect(inside(one, 'ls', '/sys/class/net').split('\n')).toEqual(expect.arrayContaining(['lo', 'up0']));
      expect(inside(one, 'ls', '/sys/class/net')).not.toContain('nh');
      execFileSync('busybox', ['ping', '-c1', '-W2', two.nodeAddress]);
      inside(two, 'busybox', 'ping', '-c1', '-W2', two.hostAddress);
      const guid = (box: Box): string => inside(box, 'zpool', 'get', 'guid', `nereid-${installation}`).split('\n')[1]!;
      expect(guid(one)).not.toBe(guid(two));
    } finally {
      await Promise.all([one.stop(), two.stop()]);
    }
    expect(boxLeftovers(installation)).toEqual([]);
  });

  it.each(['closed', 'killed'] as const)('finds its pool again after it was %s', async (how) => {
    const first = await start(2);
    try {
      inside(first, 'zfs', 'create', `nereid-${installation}/kept-${how}`);
      if (how === 'killed') process.kill(first.supervisorPid, 'SIGKILL');
    } finally {
      await first.stop();
    }
    expect(boxLeftovers(installation)).toEqual([]);
    const second = await start(2);
    try {
      expect(inside(second, 'zfs', 'list', '-H', '-o', 'name')).toContain(`kept-${how}`);
    } finally {
      await second.stop();
    }
    expect(boxLeftovers(installation)).toEqual([]);
    expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(state);
  });
});
