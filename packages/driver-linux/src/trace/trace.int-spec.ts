import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import {
  bucketLow,
  bucketOf,
  type Distribution,
  type FrameCell,
  type InstanceSpec,
  type InstrumentationId,
  type InstrumentationSample,
  type InstrumentationSpec,
} from '@nereid/contracts';
import { aTask, anInstance, bringUp, takeDown } from '@nereid/driver/conformance';
import { describeInBox } from '@nereid/infra-node-box/testing';
import { SystemClock, SystemIds } from '@nereid/ports';
import { until } from '@nereid/ports/until';
import { LinuxHarness, run, type TestBox } from '../testing/linux-harness';

const ids = new SystemIds();
const clock = new SystemClock();
const ms = 1_000_000;

/** What a process runs; undefined when it has ended. */
function programOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code!)) return undefined;
    throw error;
  }
}

describeInBox(__filename, () => {
  describe('tracing on a Linux server', () => {
    let harness: LinuxHarness;
    const zones: { mine?: InstanceSpec; other?: InstanceSpec } = {};
    const want = (spec: Partial<InstrumentationSpec>): InstrumentationSpec => ({
      id: ids.random() as InstrumentationId,
      module: 'syscall',
      stat: 'syscalls',
      predicate: {},
      ...spec,
    });
    const groupOf = (id: string): string =>
      ['/sys/fs/cgroup/unified', '/sys/fs/cgroup'].map((root) => `${root}${harness.box.cgroupParent}/${id}`).find(existsSync)!;
    /** What each measured until it was enough. */
    const measure = async (specs: InstrumentationSpec[], isEnough: (cells: FrameCell[][]) => boolean): Promise<FrameCell[][]> => {
      harness.driver.trace.want(specs);
      const cells: FrameCell[][] = specs.map(() => []);
      await until(
        'enough was measured',
        async () => {
          await clock.sleep(200);
          for (const [n, sample] of harness.driver.trace.drain().entries()) {
            if (sample.state === 'refused') throw new Error(sample.reason);
            cells[n]!.push(...sample.cells);
          }
          return isEnough(cells);
        },
        60_000,
      );
      return cells;
    };

    beforeAll(async () => {
      harness = await LinuxHarness.make(JSON.parse(process.env['NEREID_BOX']!) as TestBox);
      await harness.driver.node.prepare(aTask().signal);
      const image = await harness.image();
      await harness.driver.image.import(aTask(), image);
      for (const name of ['mine', 'other'] as const) {
        const spec = anInstance(harness, image);
        zones[name] = spec;
        await bringUp(harness, spec);
        // In the zone's control group, which is all that tracing goes by; it ends with the zone.
        const group = groupOf(spec.id);
        const work = 'echo $$ > "$0/cgroup.procs"; while :; do sleep 0.01; sleep 0.1; cat /etc/passwd >/dev/null; done';
        await run('sh', '-c', 'sh -c "$0" "$1" >/dev/null 2>&1 </dev/null &', work, group);
      }
    });
    afterAll(async () => {
      harness.driver.trace.close();
      for (const spec of [zones.mine, zones.other]) if (spec) await takeDown(harness, spec);
      await harness.driver.node.close();
      await harness.close();
    });

    it('says that it can do all of the catalogue here', async () => {
      const no = Object.entries(await harness.driver.trace.probe()).filter(([, can]) => !can.available);
      expect(no).toEqual([]);
    });

    it('finds the two bands of a program that sleeps 10 ms and 100 ms, in its instance and in no other', async () => {
      const sleeps = { or: [{ eq: ['syscall', 'nanosleep'] as const }, { eq: ['syscall', 'clock_nanosleep'] as const }] };
      const nap = want({ predicate: sleeps, by: 'execname', distributionOf: 'latency', instances: [zones.mine!.id] });
      const [cells] = await measure([nap], ([found]) => found!.reduce((sum, { count }) => sum + count, 0) >= 40);
      expect(new Set(cells!.map(({ vm }) => vm))).toEqual(new Set([zones.mine!.id]));
      const within = (low: number, high: number): number =>
        cells!
          .flatMap((cell) => cell.distribution as Distribution)
          .filter(([bucket]) => bucket >= bucketOf(low) && bucketLow(bucket) < high)
          .reduce((sum, [, count]) => sum + count, 0);
      expect(within(10 * ms, 60 * ms)).toBeGreaterThan(10);
      expect(within(100 * ms, 600 * ms)).toBeGreaterThan(10);
      expect(within(0, 9 * ms)).toBe(0);
    });

    it('tells processes apart by the number that they have themselves', async () => {
      const shell = want({ predicate: { eq: ['execname', 'sh'] }, by: 'pid', instances: [zones.mine!.id] });
      const waits = want({
        module: 'cpu',
        stat: 'runq_latency',
        predicate: { eq: ['execname', 'sh'] },
        by: 'pid',
        distributionOf: 'latency',
      });
      // The program that loops was the first in its group; what it forks is a shell too, for a moment.
      const pids = (await readFile(`${groupOf(zones.mine!.id)}/cgroup.procs`, 'utf8')).trim().split('\n').map(Number);
      const shells = pids.filter((pid) => programOf(pid) === 'sh' && pid !== 1);
      const isLooping = ({ vm, key }: FrameCell): boolean => vm === zones.mine!.id && shells.some((pid) => key === `${pid} sh`);
      const cells = await measure([shell, waits], (found) => found.every((each) => each.some(isLooping)));
      const [pid] = cells[0]!.find(isLooping)!.key.split(' ');
      const alone = want({ predicate: { and: [{ eq: ['zonename', zones.mine!.id] }, { eq: ['pid', pid!] }] }, by: 'execname' });
      const [one] = await measure([alone], ([found]) => found!.length > 0);
      expect(new Set(one!.map(({ key }) => key))).toEqual(new Set(['sh']));
    });

    it('counts the connections that a program takes, by who made them', async () => {
      const [taken, others] = [want({ module: 'tcp', stat: 'accepts', by: 'raddr' }), want({ module: 'tcp', stat: 'accepts', by: 'pid' })];
      const server = `
        const { createServer, connect } = require('node:net');
        const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1', () => {
          const again = () => connect(server.address().port, '127.0.0.1').on('error', () => {}).on('close', () => setTimeout(again, 20));
          again();
          setTimeout(() => process.exit(), 60_000);
        });`;
      const work = 'echo $$ > "$0/cgroup.procs"; exec "$1" -e "$2"';
      await run('sh', '-c', 'sh -c "$@" >/dev/null 2>&1 </dev/null &', 'sh', work, groupOf(zones.other!.id), process.execPath, server);
      const [cells, byProcess] = await measure([taken, others], (found) =>
        found.every((each) => each.reduce((sum, { count }) => sum + count, 0) >= 10),
      );
      expect(new Set(cells!.map(({ vm, key }) => `${vm} ${key}`))).toEqual(new Set([`${zones.other!.id} 127.0.0.1`]));
      expect(new Set(byProcess!.map(({ key }) => key)).size).toBe(1);
      expect(byProcess![0]!.key).toMatch(/^\d+ node$/);
    });

    it('measures everything at once, each instance apart, and refuses alone what it cannot', async () => {
      const [mineId, otherId] = [zones.mine!.id, zones.other!.id];
      const specs = [
        want({ by: 'syscall' }),
        want({ module: 'cpu', stat: 'runq_latency', distributionOf: 'latency' }),
        want({ module: 'fs', stat: 'logical_rwops', predicate: { eq: ['optype', 'read'] }, by: 'execname', distributionOf: 'latency' }),
        want({ predicate: { and: [{ ne: ['execname', 'cat'] }, { ge: ['latency', 50 * ms] }] }, distributionOf: 'latency' }),
      ];
      const cells = await measure(specs, (found) =>
        found.every((each) => [mineId, otherId].every((vm) => each.some((cell) => cell.vm === vm))),
      );
      expect(cells[0]!.map(({ key }) => key)).toContain('execve');
      expect(cells[2]!.map(({ key }) => key)).toContain('cat');
      expect(cells[3]!.flatMap(({ distribution }) => distribution!).every(([bucket]) => bucketLow(bucket + 1) > 50 * ms)).toBe(true);
      const vms = new Set(cells.flat().map(({ vm }) => vm));
      expect(vms).toEqual(new Set([mineId, otherId]));

      const cannot = want({ module: 'tcp', stat: 'connects', predicate: { eq: ['raddr', '127.0.0.1'] } });
      harness.driver.trace.want([...specs, cannot]);
      const states = await until<readonly InstrumentationSample[]>('the others measure on', async () => {
        await clock.sleep(200);
        const samples = harness.driver.trace.drain();
        return samples.slice(0, -1).every(({ state }) => state === 'on') && samples.at(-1)!.state === 'refused' && samples;
      });
      expect(states.at(-1)!.reason).toContain('raddr cannot be compared');
    });
  });
});
