import { noSlots, slotted, type Slotted } from './slots';

const read = ({ ids, slots }: Slotted): [string, number][] => ids.map((id) => [id, slots.get(id)!]);

describe('slots', () => {
  const first = slotted(noSlots, ['a', 'b', 'c']);

  it('stay with their rows when the list moves', () => {
    expect(read(slotted(first, ['new', 'a', 'b', 'c']))).toEqual([['new', 3], ['a', 0], ['b', 1], ['c', 2]]); // prettier-ignore
    expect(read(slotted(first, ['c', 'a']))).toEqual([['c', 2], ['a', 0]]); // prettier-ignore
  });

  it('go to the rows of another list where they stood, and never to two', () => {
    expect(read(slotted(first, ['x', 'y', 'z', 'more']))).toEqual([['x', 0], ['y', 1], ['z', 2], ['more', 3]]); // prettier-ignore
    const mixed = slotted(first, ['x', 'a', 'y']);
    expect(read(mixed)).toEqual([['x', 3], ['a', 0], ['y', 2]]); // prettier-ignore
    expect(new Set(mixed.slots.values()).size).toBe(3);
  });

  it('are the same answer while the rows are the same', () => {
    expect(slotted(first, ['a', 'b', 'c'])).toBe(first);
  });
});
