import { mapElement } from '../diagnostics/api-problem';
import type { Path } from '../diagnostics/problem';

/** The attribute behind a field that the API complains about, where it has one of the same meaning. */
export function pathOfField(field: string): Path | undefined {
  const renamed: Readonly<Record<string, Path>> = { alias: ['name'], password: ['administrator_pw'] };
  const same = ['name', 'package', 'image', 'networks', 'affinity', 'tags', 'metadata', 'key', 'administrator_pw'];
  if (renamed[field]) return renamed[field];
  if (same.includes(field)) return [field];
  return mapElement(field, 'metadata', 'metadata') ?? mapElement(field, 'tags', 'tags') ?? mapElement(field, 'tag', 'tags');
}
