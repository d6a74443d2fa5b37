import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { byPrefix, uuidOfDigits } from '../cloud/ids';
import type { Context } from '../context';
import { filters } from './filters';
import { pairsOf, pairsOfFiles } from './pairs';
import { updates } from './updates';

describe('arguments', () => {
  it('filters', () => {
    expect(filters(['state=running', 'tag.a=b=c'], ['state', 'tag.'])).toEqual({ 'state': 'running', 'tag.a': 'b=c' });
    expect(() => filters(['stat=running'], ['state', 'tag.'])).toThrow(
      'invalid key: "stat" (must match one of: state, tag.NAME); did you mean "state"?',
    );
    expect(() => filters(['running'], ['state'])).toThrow('FIELD=VALUE is expected');
  });

  it('pairs keep the kind that their words say', () => {
    expect(pairsOf(['a=1', 'b=true', 'c=x', 'd=1.5', 'e=007', 'f=', 'g=a=b', 'h=1e9', '{"i":2,"a":"later"}'])).toEqual({
      a: 'later',
      b: true,
      c: 'x',
      d: 1.5,
      e: '007',
      f: '',
      g: 'a=b',
      h: '1e9',
      i: 2,
    });
    expect(() => pairsOf(['novalue'])).toThrow('"novalue" is not KEY=VALUE');
    expect(() => pairsOf(['{"a":{}}'])).toThrow('must be text, a number or a boolean');
    expect(() => pairsOf(['{"a"'])).toThrow('no JSON object');
  });

  it('pairs come from files and stdin', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nereid-pairs-'));
    try {
      writeFileSync(join(folder, 'lines'), '# comment\na=1\n\nb=two words\n');
      writeFileSync(join(folder, 'json'), ' {"c": false}\n');
      expect(pairsOf([`@${join(folder, 'lines')}`, `@${join(folder, 'json')}`])).toEqual({ a: 1, b: 'two words', c: false });
      const context = { terminal: { readInput: async () => 'd=4' } } as unknown as Context;
      expect(await pairsOfFiles(context, ['-', join(folder, 'json')])).toEqual({ d: 4, c: false });
      expect(() => pairsOf([`@${join(folder, 'none')}`])).toThrow('cannot be read');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('updates', async () => {
    const context = { terminal: { readInput: async () => '{"phone":"1","on":true}' } } as unknown as Context;
    const given = (args: string[], file?: string) => ({ args, flags: new Set<string>(), values: { file: file ? [file] : [] } });
    const fields = { phone: 'string', on: 'boolean' } as const;
    expect(await updates(context, given(['phone=123', 'on=false']), fields)).toEqual({ phone: '123', on: false });
    expect(await updates(context, given(['phone=']), fields)).toEqual({ phone: null });
    expect(await updates(context, given([], '-'), fields)).toEqual({ phone: '1', on: true });
    await expect(updates(context, given(['phne=1']), fields)).rejects.toThrow(
      'invalid key: "phne" (must match one of: phone, on); did you mean "phone"?',
    );
    await expect(updates(context, given(['on=1']), fields)).rejects.toThrow('on is true or false');
    await expect(updates(context, given([]), fields)).rejects.toThrow('is missing');
  });

  it('ids', () => {
    expect(uuidOfDigits('8EAE8C39EB91443F891857264D157942')).toBe('8eae8c39-eb91-443f-8918-57264d157942');
    expect(uuidOfDigits('8eae8c39')).toBeUndefined();
    const items = [{ id: '8eae8c39-eb91-443f-8918-57264d157942' }, { id: '8eae0000-eb91-443f-8918-57264d157942' }];
    expect(byPrefix(items, '8eae8')).toHaveLength(1);
    expect(byPrefix(items, '8eae8c39eb9')).toHaveLength(1);
    expect(byPrefix(items, '8eae')).toHaveLength(2);
    expect(byPrefix(items, 'web0')).toHaveLength(0);
  });
});
