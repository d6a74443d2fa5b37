import { firstIdBase, idsPerInstance, IdRanges } from './id-ranges';

describe('ranges of user ids', () => {
  it('never overlap, nor touch what images are stored with', () => {
    const ranges = new IdRanges();
    ranges.note('old', firstIdBase + 2 * idsPerInstance);
    const bases = ['a', 'b', 'c'].map((id) => ranges.take(id));
    expect(bases).toEqual([1, 3, 4].map((index) => firstIdBase + index * idsPerInstance));
  });

  it('are given again only after they were released', () => {
    const ranges = new IdRanges();
    const first = ranges.take('a');
    const others = new Set(Array.from({ length: 1000 }, (_, index) => ranges.take(`b${index}`)));
    expect(others.has(first)).toBe(false);
    expect(others.size).toBe(1000);
  });
});
