import type { Type } from './type';
import { mapObject, type Value } from './value';

/**
 * A value as Terraform stores it in its state, read as one of today's type: what the type does not have any more is dropped, what it has
 * gained is null. Source: Terraform plugin protocol, UpgradeResourceState.
 */
export function fromJsonState(stored: unknown, type: Type): Value {
  if (stored === null || stored === undefined) return null;
  if (type === 'number') return Number(stored);
  if (typeof type === 'string') return stored as string | boolean;
  const [kind, inner] = type;
  if (kind === 'list' || kind === 'set') return (stored as unknown[]).map((each) => fromJsonState(each, inner));
  const parts = stored as Readonly<Record<string, unknown>>;
  if (kind === 'map') return mapObject(parts, (each) => fromJsonState(each, inner));
  return mapObject(inner, (each, name) => fromJsonState(parts[name], each));
}
