import { z } from 'zod';
import type { Type } from '../values/type';

/**
 * Terraform's type of what a contract describes. Whether it may be absent says nothing here: any value may be null.
 * @throws Error there is none
 */
export function typeOfContract(contract: z.core.$ZodType): Type {
  if (contract instanceof z.ZodOptional || contract instanceof z.ZodNullable) return typeOfContract(contract.unwrap());
  if (contract instanceof z.ZodPipe) return typeOfContract(contract.in);
  if (contract instanceof z.ZodString || contract instanceof z.ZodEnum || contract instanceof z.ZodStringFormat) return 'string';
  if (contract instanceof z.ZodNumber) return 'number';
  if (contract instanceof z.ZodBoolean) return 'bool';
  if (contract instanceof z.ZodLiteral) return typeOfLiteral([...contract.values][0]);
  if (contract instanceof z.ZodArray) return ['list', typeOfContract(contract.element)];
  if (contract instanceof z.ZodRecord) return ['map', typeOfContract(contract.valueType)];
  // The elements of a map are of one type; text is what holds a number and a boolean too.
  if (contract instanceof z.ZodUnion) return 'string';
  if (contract instanceof z.ZodObject) {
    return [
      'object',
      Object.fromEntries(Object.entries(contract.shape).map(([name, field]) => [name, typeOfContract(field as z.core.$ZodType)])),
    ];
  }
  throw new Error(`Terraform has no type for ${contract._zod.def.type}`);
}

function typeOfLiteral(value: unknown): Type {
  return typeof value === 'boolean' ? 'bool' : typeof value === 'number' ? 'number' : 'string';
}
