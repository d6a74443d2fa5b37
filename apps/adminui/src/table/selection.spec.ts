import { selectedIds, toggled, withRange } from './selection';

it('selects by one, by a range in either direction, and takes away again', () => {
  const ids = ['a', 'b', 'c', 'd'];
  const some = withRange({}, ids, 3, 1);
  expect(selectedIds(some)).toEqual(['b', 'c', 'd']);
  expect(selectedIds(toggled(some, 'c'))).toEqual(['b', 'd']);
  expect(selectedIds(toggled(some, 'a'))).toContain('a');
  expect(selectedIds(withRange({ z: true }, ids, 0, 0)).sort()).toEqual(['a', 'z']);
});
