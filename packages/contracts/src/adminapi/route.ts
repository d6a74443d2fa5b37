import { z } from 'zod';
import type { ErrorCode } from '../errors';

export type AdminMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';

/**
 * One route of the operators' API, written once: the door serves it, the reference, the portal and the tests read it. Paths and names of
 * fields are those that the older services published. Parameters are strict: what is unknown is refused with its name.
 */
export interface AdminRoute<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType | undefined = z.ZodType | undefined,
  Reply extends z.ZodType | undefined = z.ZodType | undefined,
> {
  readonly kind: 'admin-route';
  readonly name: string;
  readonly method: AdminMethod;
  /** `/vmapi/vms/:uuid`. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  /** False only for signing in. Every other route needs the session's cookie, and the CSRF header unless it only reads. */
  readonly session: boolean;
  readonly params: Params;
  readonly query: Query;
  /** Undefined: the request has no body, or bytes. */
  readonly body: Body;
  /** The body is a file, `application/octet-stream`, which is handed on as it comes. */
  readonly takesBytes: boolean;
  /** Undefined: the answer has no body. */
  readonly reply: Reply;
  readonly status: 200 | 201 | 202 | 204;
  /** Headers of the answer that mean something here. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * `shows`: the answer has an ETag, and If-None-Match answers 304. `checks`: a change with If-Match is refused with
   * PreconditionFailed when the object has another version.
   */
  readonly etag: 'shows' | 'checks' | undefined;
  /** Errors that are particular to this route; the common ones are in {@link commonErrors}. */
  readonly errors: readonly ErrorCode[];
}

/** What every route with a session may answer. */
export const commonErrors: readonly ErrorCode[] = [
  'InvalidCredentials',
  'NotAuthorized',
  'ValidationFailed',
  'InvalidContent',
  'RequestEntityTooLarge',
  'TooManyRequests',
  'InternalError',
  'ServiceUnavailable',
  'Timeout',
];

/** Every route by name, in the order of the reference. */
export const allRoutes = new Map<string, AdminRoute>();

export const NoParams = z.strictObject({});

/** Declares a route. */
export function route<
  Reply extends z.ZodType | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
  Query extends z.ZodType = typeof NoParams,
  Params extends z.ZodType = typeof NoParams,
>(declared: {
  name: string;
  method: AdminMethod;
  path: `/${string}`;
  summary: string;
  description?: string;
  session?: boolean;
  params?: Params;
  query?: Query;
  body?: Body;
  takesBytes?: boolean;
  reply?: Reply;
  status?: AdminRoute['status'];
  headers?: Record<string, string>;
  etag?: AdminRoute['etag'];
  errors?: readonly ErrorCode[];
}): AdminRoute<Params, Query, Body, Reply> {
  const made: AdminRoute<Params, Query, Body, Reply> = {
    kind: 'admin-route',
    session: true,
    status: declared.reply ? 200 : 204,
    headers: {},
    etag: undefined,
    errors: [],
    takesBytes: false,
    ...declared,
    params: (declared.params ?? NoParams) as Params,
    query: (declared.query ?? NoParams) as Query,
    body: declared.body as Body,
    reply: declared.reply as Reply,
  };
  if (allRoutes.has(made.name)) throw new Error(`two routes named ${made.name}`);
  allRoutes.set(made.name, made);
  return made;
}
