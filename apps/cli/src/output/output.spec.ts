import { csv } from './csv';
import { age, duration } from './durations';
import { fieldOf, sortBy } from './fields';
import { bytes, mebibytes } from './sizes';
import { cell, table } from './table';
import { yaml } from './yaml';
import { parse } from '../command/parse';
import type { Given } from '../command/spec';
import { getOptions, listOptions, wantedOfOne, wantedOutput } from './format';
import { parse as parseYaml } from 'yaml';

describe('table', () => {
  it('aligns, and leaves no blank at the end', () => {
    const layout = { columns: ['shortid', 'memory', 'flags'], right: new Set(['memory']), hasHeader: true };
    expect(table([['3912dbd2', '64M', ''], ['9e691e34', '1024M', 'P']], layout)).toEqual([
      'SHORTID   MEMORY  FLAGS',
      '3912dbd2     64M  -',
      '9e691e34   1024M  P',
    ]); // prettier-ignore
  });

  it('has its header without rows, and nothing when both are missing', () => {
    expect(table([], { columns: ['a'], hasHeader: true })).toEqual(['A']);
    expect(table([], { columns: ['a'], hasHeader: false })).toEqual([]);
  });

  it.each([
    [undefined, ''],
    [null, ''],
    [false, 'false'],
    [0, '0'],
    [['a', 'b'], 'a,b'],
    [{ a: 1 }, '{"a":1}'],
  ])('shows %j as %j', (value, shown) => expect(cell(value)).toBe(shown));
});

describe('fields', () => {
  it('reaches into objects and lists, and prefers a field with dots in its name', () => {
    const item = { 'files': [{ size: 7 }], 'metadata': { credentials: 'x' }, 'a.b': 1, 'a': { b: 2 } };
    expect(['files.0.size', 'metadata.credentials', 'a.b', 'none.at.all'].map((name) => fieldOf(item, name))).toEqual([
      7,
      'x',
      1,
      undefined,
    ]);
  });

  it('sorts by several fields, numbers by value, missing ones first', () => {
    const items = [{ n: 10, g: 'b' }, { n: 9, g: 'b' }, { n: 1, g: 'a' }, { n: 5 }];
    expect(sortBy(items, ['g', 'n']).map(({ n }) => n)).toEqual([5, 1, 9, 10]);
    expect(sortBy(items, ['-n']).map(({ n }) => n)).toEqual([10, 9, 5, 1]);
  });
});

describe('units', () => {
  it.each([
    [0, '0s'],
    [59_999, '59s'],
    [60_000, '1m'],
    [7_199_000, '1h'],
    [86_400_000 * 8, '1w'],
    [86_400_000 * 800, '2y'],
    [-5000, '0s'],
  ])('an age of %d ms is %s', (ms, shown) => expect(age(0, ms)).toBe(shown));

  it.each([
    [84, '84ms'],
    [21_400, '21s'],
    [65_000, '1m5s'],
    [7_380_000, '2h3m'],
    [3_600_000, '1h'],
  ])('%d ms take %s', (ms, shown) => expect(duration(ms)).toBe(shown));

  it.each([
    [64, '64M'],
    [1024, '1G'],
    [1536, '1.5G'],
    [10_240, '10G'],
    [2_097_152, '2T'],
  ])('%d MiB are %s', (amount, shown) => expect(mebibytes(amount)).toBe(shown));

  it('bytes have a unit', () => expect([bytes(0), bytes(64_000_000), bytes(2 ** 31)]).toEqual(['0 B', '61.0 MiB', '2.0 GiB']));
});

describe('yaml and csv', () => {
  const value = {
    'id': '8eae8c39-eb91-443f-8918-57264d157942',
    'number': '12',
    'yes': 'yes',
    'date': '2026-11-28T15:25:33.157Z',
    'text': 'two words',
    'lines': 'a\nb: c\n',
    'colon': 'a: b',
    'empty': '',
    'none': null,
    'ips': ['10.0.0.1', '::1'],
    'nested': [{ mac: '90:b8', tags: { a: 1, b: true } }, [], {}],
    '10': 'key',
  };

  it('YAML reads back as what it was', () => {
    expect(parseYaml(yaml(value))).toEqual(value);
    expect(parseYaml(yaml([value, value]))).toEqual([value, value]);
    expect(yaml([])).toBe('[]\n');
    expect(yaml({ name: 'web0', tags: { role: 'web' } })).toBe('name: web0\ntags:\n  role: web\n');
  });

  it('CSV quotes what needs it', () => {
    expect(csv([['a', 'b,c', 'd"e', 'f\ng', '']])).toEqual(['a,"b,c","d""e","f\ng",']);
  });
});

describe('-o, -j and -l', () => {
  const list = (...typed: string[]): Given => parse(typed, { options: listOptions });

  it.each([
    [[], { format: undefined, columns: undefined }],
    [['-o', 'id,name'], { format: undefined, columns: ['id', 'name'] }],
    [['-o', 'json'], { format: 'json', columns: undefined }],
    [['-o', 'csv', '-o', 'id,name'], { format: 'csv', columns: ['id', 'name'] }],
    [['-j'], { format: 'jsonl', columns: undefined }],
    [['-l'], { format: 'wide', columns: undefined }],
    [['-l', '-o', 'id'], { format: undefined, columns: ['id'] }],
  ])('%j', (typed, expected) => expect(wantedOutput(list(...typed))).toEqual(expected));

  it('one object has fewer formats', () => {
    const one = (...typed: string[]): string => wantedOfOne(parse(typed, { options: getOptions }));
    expect([one(), one('-j'), one('-o', 'yaml')]).toEqual(['json', 'jsonl', 'yaml']);
    expect(() => one('-o', 'yml')).toThrow('"yml" is no format: json, jsonl, yaml, name; did you mean "yaml"?');
    expect(() => one('-o', 'csv')).toThrow('one object cannot be shown as csv');
  });
});
