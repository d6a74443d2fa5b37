import type { Change } from '@nereid/client/operator';
import type { Vm } from '../api/queries';
import { addFirst, dropRows, matches, newestByObject, replaceRows } from './patch';

const pages = (...rows: string[][]) => ({
  pages: rows.map((items) => ({ items: items.map((uuid) => ({ uuid, n: 0 })) })),
  pageParams: rows.map((_, i) => i),
});
const ids = (data: { pages: { items: { uuid: string }[] }[] }): string[][] => data.pages.map(({ items }) => items.map(({ uuid }) => uuid));

describe('the newest change of each object', () => {
  const change = (uuid: string, version: number | undefined, state: string): Change => ({
    owner: 'vmapi',
    resource: 'vm',
    event: 'changed',
    uuid,
    version,
    state,
  });

  it('is the one of the highest version, in whichever order hint and feed come', () => {
    const newest = newestByObject([change('a', 3, 'running'), change('a', 2, 'provisioning'), change('b', 1, 'stopped')], 'vm');
    expect([...newest.values()].map(({ uuid, state }) => [uuid, state])).toEqual([
      ['a', 'running'],
      ['b', 'stopped'],
    ]);
  });

  it('is the last one where versions are not told, and of one resource only', () => {
    expect(newestByObject([change('a', undefined, 'running'), change('a', undefined, 'waiting')], 'vm').get('a')?.state).toBe('waiting');
    expect(newestByObject([change('a', 1, 'running')], 'job').size).toBe(0);
  });
});

describe('rows of a list', () => {
  it('are replaced where they stand', () => {
    const next = replaceRows(pages(['a', 'b'], ['c']), new Map([['b', { uuid: 'b', n: 7 }]]));
    expect(next.pages[0]!.items).toEqual([
      { uuid: 'a', n: 0 },
      { uuid: 'b', n: 7 },
    ]);
  });

  it('stay the same object when nothing of theirs changed, so that nothing is painted', () => {
    const data = pages(['a'], ['b']);
    expect(replaceRows(data, new Map([['z', { uuid: 'z', n: 1 }]]))).toBe(data);
    expect(replaceRows(data, new Map([['b', { uuid: 'b', n: 1 }]])).pages[0]).toBe(data.pages[0]);
    expect(dropRows(data, () => false)).toBe(data);
    expect(addFirst(data, [{ uuid: 'b', n: 0 }])).toBe(data);
  });

  it('go when they are gone, and come first when they are new', () => {
    expect(ids(dropRows(pages(['a', 'b'], ['c']), ({ uuid }) => uuid === 'b'))).toEqual([['a'], ['c']]);
    expect(ids(addFirst(pages(['a'], ['b']), [{ uuid: 'n', n: 0 }, { uuid: 'a', n: 0 }]))).toEqual([['n', 'a'], ['b']]); // prettier-ignore
  });
});

describe('whether a list shows an instance', () => {
  const vm = {
    uuid: 'abcd',
    alias: 'Web-1',
    state: 'running',
    brand: 'lx',
    owner_uuid: 'o',
    image_uuid: 'i',
    nics: [{ ip: '10.0.0.7' }],
  } as unknown as Vm;

  it.each([
    [{}, true],
    [{ state: 'running,stopped' }, true],
    [{ state: 'stopped' }, false],
    [{ brand: 'bhyve' }, false],
    [{ owner_uuid: 'p' }, false],
    [{ server_uuid: 's' }, false],
    [{ q: 'web' }, true],
    [{ q: 'abc' }, true],
    [{ q: '10.0.0.' }, true],
    [{ q: 'db' }, false],
  ])('%j: %s', (filter, is) => expect(matches(vm, filter)).toBe(is));

  it('leaves out what failed or is gone unless it is asked for', () => {
    expect(matches({ ...vm, state: 'failed' }, {})).toBe(false);
    expect(matches({ ...vm, state: 'failed' }, { state: 'failed' })).toBe(true);
    expect(matches({ ...vm, state: 'destroyed' }, {})).toBe(false);
  });
});
