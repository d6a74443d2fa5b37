import { parseSearch, stringifySearch, texts } from './search-params';

it('keeps the state of a list in the URL as plain words', () => {
  const text = stringifySearch({ state: 'running,stopped', q: '123', sort: 'alias.asc', brand: undefined, x: '' });
  expect(text).toBe('?state=running,stopped&q=123&sort=alias.asc');
  expect(parseSearch(text)).toEqual({ state: 'running,stopped', q: '123', sort: 'alias.asc' });
  expect(stringifySearch({})).toBe('');
});

it('survives what people type', () => {
  for (const q of ['a&b=c', '100 %', 'ünïcode', '+', 'true', '{}']) expect(parseSearch(stringifySearch({ q }))).toEqual({ q });
});

it('takes what a route knows, and nothing else', () => {
  expect(texts('q', 'state')({ q: 'web', state: '', other: 'x', n: 1 })).toEqual({ q: 'web' });
});
