import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '@nereid/ports';
import { CgroupTree } from '../limits/cgroup-tree';
import { RunLayout } from '../run-layout';
import { ZoneProcesses } from './zone-processes';

const parent = '/nereid-0123abcd/box0';

describe('processes of a zone', () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'nereid-cgroup-'))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('are all ended on a kernel that cannot end a group, those in groups of their own making too', async () => {
    writeFileSync(join(root, 'cgroup.controllers'), 'cpu memory pids\n');
    const tree = CgroupTree.read(`30 25 0:26 / ${root} rw,relatime - cgroup2 cgroup2 rw`, parent);
    const group = tree.unifiedGroup('one')!;
    mkdirSync(join(group, 'made-by-guest'), { recursive: true });
    writeFileSync(join(group, 'cgroup.events'), 'populated 1\nfrozen 0\n');
    const sleepers = ['', 'made-by-guest'].map((below) => {
      const child = spawn('sleep', ['60']);
      writeFileSync(join(group, below, 'cgroup.procs'), `${child.pid}\n`);
      return child;
    });
    const ends = sleepers.map((child) => new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal))));
    void Promise.all(ends).then(() => writeFileSync(join(group, 'cgroup.events'), 'populated 0\nfrozen 0\n'));

    await new ZoneProcesses(tree, new RunLayout(root), new SystemClock()).kill('one');

    expect(await Promise.all(ends)).toEqual(['SIGKILL', 'SIGKILL']);
  });
});
