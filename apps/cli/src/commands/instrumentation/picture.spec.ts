import { columnLines, heatLines, type Second } from './picture';

const second = (counts: Record<string, number>, ranges: Second['ranges'] = []): Second => ({
  counts: new Map(Object.entries(counts)),
  ranges,
});
const plain = (line: string): string => line.replace(/\x1b\[[\d;]*m/g, '');

describe('a picture of what is measured', () => {
  it('has a line for each of the busiest keys, and their last seconds as columns', () => {
    const seconds = [second({ a: 8, b: 80 }), second({ a: 16 }), second({ a: 1, c: 1 })];
    expect(columnLines(seconds, (key) => `<${key}>`, { columns: 45, rows: 3 })).toEqual([
      '<b>                      █           0',
      '<a>                      ▁▂▁         1',
    ]);
  });

  it('shows no more seconds than fit, the newest at the right', () => {
    const seconds = Array.from({ length: 100 }, (_, n) => second({ a: n === 99 ? 10 : 1 }));
    const [line] = columnLines(seconds, (key) => key, { columns: 60, rows: 10 });
    expect(line).toHaveLength(60);
    expect(line).toMatch(/▁█ +10$/);
  });

  it('has a column a second, the highest values at the top, no wider than the terminal', () => {
    const fast = [[1_000, 2_000], 50] as const;
    const slow = [[1_000_000, 2_000_000], 1] as const;
    const seconds = [second({}, [fast]), second({}, [fast, slow])];
    const lines = heatLines(seconds, (value) => `${Math.round(value)}`, { columns: 20, rows: 24 });
    expect(plain(lines[0]!)).toBe('  2000000  ▀');
    expect(plain(lines.at(-1)!)).toMatch(/ ▀▀$/);
    for (const line of lines) expect(plain(line).length).toBeLessThanOrEqual(20);
    expect(heatLines([second({})], String, { columns: 80, rows: 24 })).toEqual(['nothing yet']);
  });

  it('stays within a small terminal whatever the span', () => {
    const wide = [[1, 2], 1] as const;
    const far = [[2 ** 40, 2 ** 41], 1] as const;
    expect(heatLines([second({}, [wide, far])], String, { columns: 30, rows: 5 })).toHaveLength(4);
  });
});
