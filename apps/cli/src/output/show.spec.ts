import type { Context } from '../context';
import type { Given } from '../command/spec';
import { queryOf } from './query';
import type { Query } from './show-queried';
import { showList, showOne } from './show';

const items = [
  { id: '8eae8c39-5b4f-4b6e-9f0a-000000000001', name: 'web0', state: 'running', primaryIp: '10.1.0.7', note: 'the one that everybody sees', memory: 128 },
  { id: '8eae8c39-5b4f-4b6e-9f0a-000000000002', name: 'db0', state: 'stopped', note: 'asleep', memory: 4096 },
]; // prettier-ignore
const layout = { columns: ['name', 'state', 'primaryIp', 'note', 'memory'], long: ['id'], sort: ['name'], right: ['memory'] };
const given = (values: Record<string, string[]> = {}, ...flags: string[]): Given => ({ flags: new Set(flags), values, args: [] });

/** What is printed, as lines. */
function shown(show: (context: Context) => void, { columns, query }: { columns?: number; query?: Query } = {}): string[] {
  let text = '';
  const terminal = {
    size: columns === undefined ? undefined : { columns, rows: 24 },
    print: (...lines: string[]): void => void (text += lines.map((line) => `${line}\n`).join('')),
    write: (more: string): void => void (text += more),
  };
  show({ terminal, query: query } as unknown as Context);
  return text.trimEnd().split('\n');
}
const list = (how: Given, where: { columns?: number; query?: Query } = {}): string[] =>
  shown((context) => showList(context, how, items, layout), where);

describe('a table where the terminal is narrow', () => {
  const whole = [
    'NAME  STATE    PRIMARYIP  NOTE                         MEMORY',
    'db0   stopped  -          asleep                         4096',
    'web0  running  10.1.0.7   the one that everybody sees     128',
  ];

  it('is whole in a pipe, on a wide terminal, and with columns that were named', () => {
    expect(list(given())).toEqual(whole);
    expect(list(given(), { columns: 61 })).toEqual(whole);
    expect(list(given({ o: [layout.columns.join(',')] }), { columns: 20 })).toEqual(whole);
  });

  it('cuts what is widest, but no address, no number and no heading', () => {
    expect(list(given(), { columns: 50 })).toEqual([
      'NAME  STATE    PRIMARYIP  NOTE              MEMORY',
      'db0   stopped  -          asleep              4096',
      'web0  running  10.1.0.7   the one that ev…     128',
    ]);
    expect(list(given(), { columns: 10 })).toEqual([
      'NAME  STATE   PRIMARYIP  NOTE    MEMORY',
      'db0   stopp…  -          asleep    4096',
      'web0  runni…  10.1.0.7   the o…     128',
    ]);
  });

  it('cuts the columns that its list names, in that order', () => {
    const cut = shown((context) => showList(context, given(), items, { ...layout, narrow: ['state', 'note'] }), { columns: 59 });
    expect(cut[1]).toBe('db0   stopp…  -          asleep                        4096');
  });
});

describe('--query', () => {
  it('picks fields, of what is sorted', async () => {
    expect(list(given(), { query: await queryOf('[].name') })).toEqual(['[', '    "db0",', '    "web0"', ']']);
    expect(list(given({ o: ['name'] }), { query: await queryOf("[?state=='running']") })).toEqual(['web0']);
    expect(list(given({}, 'json'), { query: await queryOf('[].{n: name, big: memory > `1000`}') })).toEqual(['{"n":"db0","big":true}', '{"n":"web0","big":false}']); // prettier-ignore
  });

  it('prints a text or number as it is, and JSON when that is asked for', async () => {
    const one = async (how: Given, query: string): Promise<string[]> =>
      shown((context) => showOne(context, how, items[0]), { query: await queryOf(query) });
    expect(await one(given(), 'primaryIp')).toEqual(['10.1.0.7']);
    expect(await one(given(), 'memory')).toEqual(['128']);
    expect(await one(given(), 'nosuch')).toEqual(['null']);
    expect(await one(given({ o: ['json'] }), 'name')).toEqual(['"web0"']);
    expect(await one(given({ o: ['yaml'] }), '{name: name}')).toEqual(['name: web0']);
  });

  it('gives the rows of a table, and of CSV', async () => {
    expect(list(given({ o: ['name,memory'] }), { query: await queryOf('[?memory > `200`]') })).toEqual(['NAME  MEMORY', 'db0   4096']);
    expect(list(given({ o: ['csv'] }), { query: await queryOf('[].{name: name, ip: primaryIp}') })).toEqual([
      'name,ip',
      'db0,',
      'web0,10.1.0.7',
    ]);
    const names = await queryOf('[].name');
    expect(() => list(given({ o: ['table'] }), { query: names })).toThrow(/no objects/);
  });

  it('is refused when it is none, or wants other values', async () => {
    await expect(queryOf('[?')).rejects.toThrow(/^--query "\[\?": /);
    const absolute = await queryOf('abs(@)');
    expect(() => list(given(), { query: absolute })).toThrow(/^--query "abs\(@\)": /);
  });
});
