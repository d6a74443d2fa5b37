import type { Context } from '../../context';
import type { Profile } from '../../config/profile';

/** A profile as lists and `get` show it: with its name, and whether it is the one in use. */
export function shown({ profiles, global }: Context, { name, ...fields }: Profile): Record<string, unknown> {
  return { ...fields, name, curr: name === profiles.currentName(global.profile) };
}
