import { stepsOf, stepsText, nextLevel, wantFor } from './drill';
import { duration } from './durations';
import { gridOf, placeAt, rankOf, totalsOf, withNewer, type Column } from './heatmap';

const column = (second: number, cells: Record<string, [number, number][]>): Column => ({
  second,
  reporting: 1,
  cells: Object.entries(cells).map(([key, distribution]) => ({
    key,
    count: distribution.reduce((sum, [, n]) => sum + n, 0),
    distribution,
  })),
});
const columns = [column(10, { a: [[300, 6], [310, 2]], b: [[300, 2]] }), column(11, { b: [[340, 1]] })]; // prettier-ignore
const none = new Set<string>();

describe('the heat map', () => {
  it('sums keys by second and bucket, and draws those chosen', () => {
    const at = (grid: ReturnType<typeof gridOf>, x: number, bucket: number): number => grid.counts[x]![bucket - grid.low] ?? 0;
    const all = gridOf(columns, none, 'all');
    expect([at(all, 0, 300), at(all, 0, 310), at(all, 1, 340)]).toEqual([8, 2, 1]);
    expect(at(gridOf(columns, new Set(['a']), 'isolate'), 0, 300)).toBe(6);
    expect(at(gridOf(columns, new Set(['a']), 'exclude'), 0, 300)).toBe(2);
    const marked = gridOf(columns, new Set(['a']), 'mark');
    expect([at(marked, 0, 300), marked.marked[0]![300 - marked.low]]).toEqual([8, 6]);
    expect(gridOf([], none, 'all').counts).toEqual([]);
  });

  it('colours by rank, equal counts alike, nothing as nothing', () => {
    const rank = rankOf(gridOf(columns, none, 'all'));
    expect([0, 1, 2, 8].map(rank)).toEqual([0, 1 / 3, 2 / 3, 1]);
  });

  it('tells all of a place, in numbers that agree with the picture', () => {
    const grid = gridOf(columns, none, 'all');
    expect(placeAt(columns, grid, 0, 300 - grid.low)).toMatchObject({
      second: 10,
      count: 8,
      share: 0.8,
      shareUpTo: 0.8,
      keys: [{ key: 'a', count: 6 }, { key: 'b', count: 2 }],
    }); // prettier-ignore
    expect(placeAt(columns, grid, 2, 0)).toBeUndefined();
    expect(placeAt(columns, grid, 0, 10_000)).toBeUndefined();
    expect(totalsOf(columns)).toEqual([{ key: 'a', count: 8 }, { key: 'b', count: 3 }]); // prettier-ignore
  });

  it('takes newer seconds in, once each, and leaves room for those that are missing', () => {
    const merged = withNewer(columns, [columns[1]!, column(13, {})], 3);
    expect(merged.map(({ second, reporting }) => [second, reporting])).toEqual([[11, 1], [12, 0], [13, 1]]); // prettier-ignore
  });
});

describe('the way down', () => {
  const metric = { module: 'syscall', stat: 'syscalls', fields: ['hostname', 'zonename', 'execname', 'syscall', 'latency'] };

  it('narrows to each step and tells the next apart', () => {
    expect(wantFor(metric, [], nextLevel(metric.fields, []))).toMatchObject({ predicate: {}, decomposition: ['hostname', 'latency'] });
    const steps = [{ field: 'hostname', key: 's' }, { field: 'zonename', key: 'z' }] as const; // prettier-ignore
    expect(nextLevel(metric.fields, steps)).toBe('execname');
    expect(wantFor(metric, steps, 'syscall')).toMatchObject({
      predicate: { and: [{ eq: ['hostname', 's'] }, { eq: ['zonename', 'z'] }] },
      decomposition: ['syscall', 'latency'],
    });
  });

  it('goes on to a process of one instance, whose number alone would be one in each', () => {
    const vm = '6b1c6a51-9d0b-4c5e-9a83-000000000001';
    const fields = ['hostname', 'zonename', 'execname', 'pid', 'latency'];
    const steps = [{ field: 'execname', key: 'node' }] as const;
    expect(nextLevel(fields, steps.concat({ field: 'hostname', key: 's' } as never, { field: 'zonename', key: vm } as never))).toBe('pid');
    expect(wantFor({ ...metric, fields }, [...steps, { field: 'pid', key: `${vm}/17 node` }], 'zonename').predicate).toEqual({
      and: [{ eq: ['execname', 'node'] }, { eq: ['zonename', vm] }, { eq: ['pid', '17'] }],
    });
  });

  it('stands in the address', () => {
    const steps = [{ field: 'hostname', key: 's' }, { field: 'execname', key: 'a,b:c' }] as const; // prettier-ignore
    expect(stepsOf(stepsText(steps))).toEqual(steps);
    expect(stepsOf('nothing:x,hostname:')).toEqual([]);
    expect(stepsText([])).toBeUndefined();
  });
});

it('writes durations', () => {
  expect([0, 999, 1_500, 10_500_000, 100_000_000, 2e9].map(duration)).toEqual(['0 ns', '999 ns', '1.5 µs', '11 ms', '100 ms', '2 s']);
});
