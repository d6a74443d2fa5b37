import { z } from 'zod';
import type { ErrorCode } from '../errors';
import { describedHeaders, pathParameters, schema, type Json } from '../openapi-parts';
import { wireErrors, wireStatus } from './errors';
import { allRoutes, commonErrors, type CloudRoute } from './route';

const ErrorObject = z.object({
  code: z.string(),
  message: z.string(),
  errors: z.array(z.object({ field: z.string(), code: z.string(), message: z.string() })).optional(),
});

/** The API of this door as an OpenAPI 3.1 document, made from the routes. Committed as docs/generated/cloudapi.openapi.json. */
export function cloudapiOpenApi(): Json {
  const paths: Record<string, Json> = {};
  for (const route of allRoutes.values()) {
    const path = route.path.replace(/:([a-z]+)/gi, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  const errors = Object.entries(wireErrors).map(([code, { code: wire, when }]) => ({
    code: wire,
    status: wireStatus(code as ErrorCode),
    when,
  }));
  return {
    'openapi': '3.1.0',
    'info': {
      title: 'Nereid CloudAPI',
      version: '9.0.0',
      description: 'Requests are signed with an SSH key of the account (HTTP Signature). HEAD is served wherever GET is.',
    },
    paths,
    'components': {
      schemas: { Error: schema(ErrorObject, 'output') },
      securitySchemes: { signature: { type: 'apiKey', in: 'header', name: 'Authorization', description: 'Signature keyId="/LOGIN/keys/FINGERPRINT",algorithm="…",headers="…",signature="…"' } }, // prettier-ignore
    },
    'x-error-codes': errors.filter(
      (entry, index) => errors.findIndex((other) => other.code === entry.code && other.when === entry.when) === index,
    ),
  };
}

function operation(route: CloudRoute): Json {
  const hasBody = route.method === 'POST' || route.method === 'PUT';
  const input = schema(route.input, 'input');
  const properties = (input.properties ?? {}) as Record<string, Json>;
  const required = (input.required ?? []) as string[];
  return {
    operationId: route.name,
    summary: route.summary,
    ...(route.description && { description: route.description }),
    ...(route.signed && { security: [{ signature: [] }] }),
    parameters: [
      ...pathParameters(route.params),
      ...(hasBody
        ? []
        : Object.entries(properties).map(([name, shape]) => ({ name, in: 'query', required: required.includes(name), schema: shape }))),
    ],
    ...(hasBody && {
      requestBody: { content: { 'application/json': { schema: input }, 'application/x-www-form-urlencoded': { schema: input } } },
    }),
    responses: responses(route),
  };
}

function responses(route: CloudRoute): Json {
  const codes = [...new Set([...(route.signed ? commonErrors : []), ...route.errors])];
  const byStatus = new Map<number, string[]>();
  for (const code of codes) {
    const status = wireStatus(code);
    byStatus.set(status, [...(byStatus.get(status) ?? []), `\`${wireErrors[code].code}\`: ${wireErrors[code].when}`]);
  }
  const answers: Json = {
    [route.status]: {
      description: route.summary,
      ...(Object.keys(route.headers).length > 0 && { headers: describedHeaders(route.headers) }),
      ...(route.reply && { content: { 'application/json': { schema: schema(route.reply, 'output') } } }),
    },
  };
  for (const other of route.otherReplies) {
    answers[other.status] = {
      description: other.description,
      ...(other.body && { content: { 'application/json': { schema: schema(other.body, 'output') } } }),
    };
  }
  for (const [status, lines] of [...byStatus].sort(([a], [b]) => a - b)) {
    if (answers[status]) continue;
    answers[status] = {
      description: lines.join('\n'),
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
    };
  }
  return answers;
}
