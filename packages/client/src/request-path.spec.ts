import { requestPath } from './request-path';

describe('requestPath', () => {
  it('fills in and escapes parameters', () => {
    expect(requestPath('/:account/machines/:id/tags/:tag', { account: 'my', id: 'x', tag: 'a/b c' })).toBe('/my/machines/x/tags/a%2Fb%20c');
  });

  it('appends what is not undefined as a query', () => {
    expect(requestPath('/:account/machines', { account: 'my' }, { 'limit': 2, 'name': undefined, 'tag.a b': '*' })).toBe(
      '/my/machines?limit=2&tag.a%20b=*',
    );
  });

  it('refuses a missing parameter', () => {
    expect(() => requestPath('/:account/keys', {})).toThrow('wants account');
  });
});
