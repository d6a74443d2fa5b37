import { z } from 'zod';

// What the descriptions of both doors are put together from. Source: OpenAPI 3.1.

export type Json = Record<string, unknown>;

/** Parameters of a path, all of them required. */
export function pathParameters(params: z.ZodType): Json[] {
  const shapes = (schema(params, 'input').properties ?? {}) as Record<string, Json>;
  return Object.entries(shapes).map(([name, shape]) => ({ name, in: 'path', required: true, schema: shape }));
}

/** Headers of an answer by their descriptions. */
export function describedHeaders(headers: Readonly<Record<string, string>>): Json {
  return Object.fromEntries(Object.entries(headers).map(([name, description]) => [name, { description, schema: { type: 'string' } }]));
}

/** A type as JSON Schema: as it is sent (`input`), or as it is answered. */
export function schema(type: z.ZodType, io: 'input' | 'output'): Json {
  const made: Json = { ...z.toJSONSchema(type, { io, unrepresentable: 'any' }) };
  delete made.$schema;
  return made;
}
