import { metrics, type InstrumentationId, type InstrumentationSpec, type VmId } from '@nereid/contracts';
import { CellReader } from './cell-reader';
import { metricCodes } from './metric-code';
import { programOf } from './program';
import { syscallName, syscallNumber } from './syscall-names';

const vm = (n: number): VmId => `6b1c6a51-9d0b-4c5e-9a83-00000000000${n}` as VmId;
const zones = new Map([
  ['101', vm(1)],
  ['102', vm(2)],
]);
let made = 0;
const want = (spec: Partial<InstrumentationSpec>): InstrumentationSpec => ({
  id: `i-${++made}` as InstrumentationId,
  module: 'syscall',
  stat: 'syscalls',
  predicate: {},
  ...spec,
});

describe('the program of what is wanted', () => {
  it('has a clause for each metric of the catalogue, counting by group, bucket and key', () => {
    for (const { module, stat, fields } of metrics) {
      expect(metricCodes).toHaveProperty([`${module}.${stat}`]);
      const keys = metricCodes[`${module}.${stat}`]!.keys;
      const own = (fields as readonly string[]).filter((field) => !['hostname', 'zonename', 'latency'].includes(field));
      expect(Object.keys(keys).sort()).toEqual(own.sort());
    }
    const { text } = programOf([want({ by: 'execname', distributionOf: 'latency' })], zones);
    expect(text).toContain('@i0[cgroup, $b, comm] = count();');
    expect(text).toContain('@z[101] = 1;');
  });

  it('says shared clauses once, after all that count', () => {
    const { text } = programOf([want({}), want({ module: 'fs', stat: 'logical_rwops' })], zones);
    expect(text.match(/sys_enter/g)).toHaveLength(1);
    expect(text.indexOf('sys_enter')).toBeGreaterThan(text.indexOf('@i1'));
  });

  it("confines a customer's to the groups of its instances, and to nothing when none is here", () => {
    expect(programOf([want({ instances: [vm(2)] })], zones).text).toContain('if ((cgroup == 102) && 1 == 1)');
    expect(programOf([want({ instances: [vm(3)] })], zones).text).toContain('if ((1 == 0) && 1 == 1)');
    expect([...programOf([want({ module: 'disk', stat: 'physio_ops', instances: [vm(1)] })], zones).refused.values()]).toEqual([
      'disk.physio_ops is about the server as a whole',
    ]);
  });

  it('spells predicates, and refuses alone what it cannot compare', () => {
    const of = (predicate: InstrumentationSpec['predicate'], more = {}): string => programOf([want({ predicate, ...more })], zones).text;
    expect(of({ and: [{ eq: ['execname', 'sh'] }, { ge: ['latency', 1000] }] })).toContain('if ((comm == "sh" && $v >= 1000))');
    expect(of({ or: [{ eq: ['syscall', 'write'] }, { ne: ['syscall', 'no_such_call'] }] })).toContain('if (($id == 1 || 1 == 1))');
    expect(of({ eq: ['zonename', vm(1)] })).toContain('if (cgroup == 101)');
    expect(of({ eq: ['zonename', vm(9)] })).toContain('if (1 == 0)');
    const [fine, not] = [want({}), want({ module: 'tcp', stat: 'connects', predicate: { eq: ['raddr', '10.0.0.1'] } })];
    const { counted, refused } = programOf([not, fine], zones);
    expect(counted.map(({ id }) => id)).toEqual([fine.id]);
    expect(refused.get(not.id)).toBe('raddr cannot be compared on this server, only shown');
  });

  it('finds out the process where it is asked for, and only there', () => {
    const plain = programOf([want({ by: 'execname' })], zones).text;
    expect(plain).not.toContain('thread_pid');
    expect(programOf([want({ by: 'pid' })], zones).text).toContain('@i0[cgroup, $p, comm] = count();');
    expect(programOf([want({ predicate: { eq: ['pid', '7'] } })], zones).text).toMatch(/thread_pid.*if \(\$p == 7\)/s);
    const waits = programOf([want({ module: 'cpu', stat: 'runq_latency', by: 'pid' })], zones).text;
    expect(waits).toContain('@i0[$c, $p, args->next_comm] = count();');
    expect(waits).toContain('@tp[args->prev_pid] = $p;');
  });

  it('is without what this kernel has no tracepoint for', () => {
    const [accepts, fine] = [want({ module: 'tcp', stat: 'accepts', by: 'raddr' }), want({})];
    const { counted, refused } = programOf([accepts, fine], zones, (name) => name !== 'syscalls/sys_exit_accept4');
    expect(counted.map(({ id }) => id)).toEqual([fine.id]);
    expect(refused.get(accepts.id)).toBe('the kernel of this server has no tracepoint syscalls/sys_exit_accept4');
  });

  it('never lets a text out of its quotes, even one that no check has seen', () => {
    const sly = { eq: ['execname', 'a" || 1 == 1 || comm == "b'] } as const;
    const { text, refused } = programOf([want({ predicate: sly })], zones);
    expect([...refused.values()]).toEqual(['execname cannot be that']);
    expect(text).not.toContain('comm ==');
  });
});

describe('what a program says', () => {
  const reader = (spec: Partial<InstrumentationSpec>): CellReader => new CellReader(programOf([want(spec)], zones).counted[0]!, zones);

  it('is the difference to the time before, by instance and key', () => {
    const read = reader({ by: 'execname', distributionOf: 'latency' });
    read.take({ '101,40,sh': 2, '101,300,a,b': 1, '102,40,sh': 1 });
    read.take({ '101,40,sh': 5, '101,300,a,b': 1, '102,40,sh': 1, '101,41,sh': 1 });
    expect(read.drain()).toEqual([
      { vm: vm(1), key: 'sh', count: 6, distribution: [[40, 5], [41, 1]] },
      { vm: vm(1), key: 'a,b', count: 1, distribution: [[300, 1]] },
      { vm: vm(2), key: 'sh', count: 1, distribution: [[40, 1]] },
    ]); // prettier-ignore
    expect(read.drain()).toEqual([]);
  });

  it('of a group that is no instance of ours, or not in scope, is not told', () => {
    const all = reader({});
    all.take({ 101: 3, 999: 7 });
    expect(all.drain()).toEqual([{ vm: vm(1), key: '', count: 3 }]);
    const confined = reader({ instances: [vm(2)] });
    confined.take({ 101: 3, 102: 4 });
    expect(confined.drain()).toEqual([{ vm: vm(2), key: '', count: 4 }]);
  });

  it('of processes is their number and name', () => {
    const read = reader({ by: 'pid' });
    read.take({ '101,17,a,b': 2 });
    expect(read.drain()).toEqual([{ vm: vm(1), key: '17 a,b', count: 2 }]);
  });

  it('of the server itself has no instance', () => {
    const read = reader({ module: 'disk', stat: 'physio_ops', by: 'optype', distributionOf: 'latency' });
    read.take({ '200,0': 3, '201,1': 1 });
    expect(read.drain().map(({ vm: of, key, count }) => [of, key, count])).toEqual([
      [undefined, 'read', 3],
      [undefined, 'write', 1],
    ]);
  });
});

it('knows system calls by number', () => {
  expect([0, 1, 35, 230, 59, 334, 424, 435].map(syscallName)).toEqual([
    ...['read', 'write', 'nanosleep', 'clock_nanosleep', 'execve', 'rseq', 'pidfd_send_signal', 'clone3'],
  ]);
  expect(syscallNumber('openat')).toBe(257);
  expect(syscallName(5000)).toBe('syscall_5000');
});
