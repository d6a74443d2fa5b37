import { FieldError, errorTable, type ErrorCode } from '../errors';
import { describedHeaders, pathParameters, schema, type Json } from '../openapi-parts';
import { z } from 'zod';
import { csrfHeader } from './headers';
import { allRoutes, commonErrors, type AdminRoute } from './route';
import { sessionCookie } from './sessions';

const ErrorObject = z.object({ code: z.string(), message: z.string(), errors: z.array(FieldError).optional(), requestId: z.string() });

/** The operators' API as an OpenAPI 3.1 document, made from the routes. Committed as docs/generated/adminapi.openapi.json. */
export function adminapiOpenApi(): Json {
  const paths: Record<string, Json> = {};
  for (const route of allRoutes.values()) {
    const path = route.path.replace(/:([a-z_]+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    'openapi': '3.1.0',
    'info': {
      title: "Nereid operators' API",
      version: '1.0.0',
      description:
        `Sign in with SignIn; the cookie is the session. Whatever changes something sends the session's token in \`${csrfHeader}\`. ` +
        'What changed is told by a WebSocket, `GET /changes`: see packages/contracts/src/adminapi/changes.ts. ' +
        'Consoles are WebSockets too, `GET /console`: see packages/contracts/src/adminapi/console-stream.ts.',
    },
    paths,
    'components': {
      schemas: { Error: schema(ErrorObject, 'output') },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: sessionCookie },
        csrf: { type: 'apiKey', in: 'header', name: csrfHeader },
      },
    },
    'x-error-codes': Object.entries(errorTable).map(([code, { status, retry }]) => ({ code, status, retry })),
  };
}

function operation(route: AdminRoute): Json {
  return {
    operationId: route.name,
    summary: route.summary,
    ...(route.description && { description: route.description }),
    security: route.session ? [{ session: [], ...(route.method !== 'GET' && { csrf: [] }) }] : [],
    parameters: [...pathParameters(route.params), ...queryParameters(route), ...conditionalHeaders(route)],
    ...(route.takesBytes && { requestBody: { required: true, content: { 'application/octet-stream': {} } } }),
    ...(route.body && { requestBody: { required: true, content: { 'application/json': { schema: schema(route.body, 'input') } } } }),
    responses: responses(route),
  };
}

function queryParameters(route: AdminRoute): Json[] {
  const { properties = {}, required = [] } = schema(route.query, 'input') as { properties?: Record<string, Json>; required?: string[] };
  return Object.entries(properties).map(([name, shape]) => ({ name, in: 'query', required: required.includes(name), schema: shape }));
}

function conditionalHeaders({ etag }: AdminRoute): Json[] {
  if (etag === undefined) return [];
  const [name, description] =
    etag === 'shows'
      ? ['If-None-Match', 'An ETag: 304 when nothing has changed since.']
      : ['If-Match', 'An ETag: refused with PreconditionFailed when the object has another version.'];
  return [{ name, in: 'header', required: false, description, schema: { type: 'string' } }];
}

function responses(route: AdminRoute): Json {
  const headers = { ...route.headers, ...(route.etag !== undefined && { ETag: 'Version of the object shown.' }) };
  const answers: Json = {
    [route.status]: {
      description: route.summary,
      ...(Object.keys(headers).length > 0 && { headers: describedHeaders(headers) }),
      ...(route.reply && { content: { 'application/json': { schema: schema(route.reply, 'output') } } }),
    },
  };
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of new Set([...commonErrors, ...route.errors])) {
    const { status } = errorTable[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  for (const [status, codes] of [...byStatus].sort(([a], [b]) => a - b)) {
    answers[status] = {
      description: codes.map((code) => `\`${code}\``).join(', '),
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
    };
  }
  return answers;
}
