import { didYouMean, editDistance, nearest } from './nearest';

describe('nearest', () => {
  const words = ['list', 'get', 'create', 'delete', 'start', 'stop', 'reboot'];

  it.each([
    ['lsit', 'list'],
    ['craete', 'create'],
    ['delte', 'delete'],
    ['re', 'reboot'],
    ['strat', 'start'],
  ])('%s is meant as %s', (typed, meant) => expect(nearest(typed, words)).toBe(meant));

  it('says nothing about what is far from everything', () => {
    expect(nearest('frobnicate', words)).toBeUndefined();
    expect(didYouMean('xyzzy', words)).toBe('');
    expect(didYouMean('stpo', words)).toBe('; did you mean "stop"?');
  });

  it('counts a swap of neighbours as one step', () => {
    expect(editDistance('ab', 'ba')).toBe(1);
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('kitten', 'sitting')).toBe(3);
  });
});
