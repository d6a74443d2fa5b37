import type { z } from 'zod';
import type { Type } from '../values/type';
import type { Attribute, Attributes } from './schema';
import { typeOfContract } from './from-contract';

// Short ways to declare attributes. A type is given as Terraform's, or as a field of a contract, from which its type and what the contract
// says about it are taken.

type Of = Type | z.ZodType;
type More = Omit<Partial<Attribute>, 'type' | 'source' | 'description' | 'nested'>;

export const required = (of: Of, description: string, more: More = {}): Attribute => declare('required', of, description, more);
export const optional = (of: Of, description: string, more: More = {}): Attribute => declare('optional', of, description, more);
export const computed = (of: Of, description: string, more: More = {}): Attribute => declare('computed', of, description, more);
export const optionalComputed = (of: Of, description: string, more: More = {}): Attribute =>
  declare('optional+computed', of, description, more);

/** A list of objects that the cloud makes. */
export function computedObjects(attributes: Attributes, description: string, more: More = {}): Attribute {
  const inner = Object.fromEntries(Object.entries(attributes).map(([name, { type }]) => [name, type]));
  return { type: ['list', ['object', inner]], source: 'computed', description, nested: attributes, ...more };
}

function declare(source: Attribute['source'], of: Of, description: string, more: More): Attribute {
  if (typeof of === 'string' || Array.isArray(of)) return { type: of as Type, source, description, ...more };
  const contract = of as z.ZodType;
  const said = contract.description ? `${description} ${contract.description}` : description;
  return { type: typeOfContract(contract), source, description: said, ...more };
}
