import type { z } from 'zod';
import type { ErrorCode } from '../errors';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';

/**
 * One route of the customers' API, written once: the door serves it, the API reference, clients and tests read it.
 * HEAD is served wherever GET is. Scalars of `input` may come in the query string or in the body; the body wins.
 */
export interface CloudRoute<
  Params extends z.ZodType = z.ZodType,
  Input extends z.ZodType = z.ZodType,
  Reply extends z.ZodType | undefined = z.ZodType | undefined,
> {
  readonly kind: 'route';
  /** The action as policies name it: `ListMachines`. */
  readonly name: string;
  readonly method: HttpMethod;
  /** `/:account/machines/:id`. */
  readonly path: string;
  /** For the reader of the API reference. */
  readonly summary: string;
  readonly description?: string;
  /** False only for what may be asked without a signature. */
  readonly signed: boolean;
  readonly params: Params;
  readonly input: Input;
  /** Undefined: the answer has no body. */
  readonly reply: Reply;
  /** 101: a WebSocket. */
  readonly status: 101 | 200 | 201 | 202 | 204 | 302;
  /** Answers besides `status` that are no errors. */
  readonly otherReplies: readonly { readonly status: number; readonly description: string; readonly body?: z.ZodType }[];
  /** Headers of the answer that mean something here. */
  readonly headers: Readonly<Record<string, string>>;
  /** Errors that are particular to this route; the common ones are in {@link commonErrors}. */
  readonly errors: readonly ErrorCode[];
}

/** What every signed route may answer. */
export const commonErrors: readonly ErrorCode[] = [
  'InvalidCredentials',
  'InvalidHeader',
  'InvalidVersion',
  'RequestExpired',
  'NotAuthorized',
  'ResourceNotFound',
  'NotAcceptable',
  'RequestEntityTooLarge',
  'TooManyRequests',
  'InternalError',
  'ServiceUnavailable',
];

/** Every route by name, in the order of the reference. */
export const allRoutes = new Map<string, CloudRoute>();

/** Declares a route. */
export function route<Params extends z.ZodType, Input extends z.ZodType, Reply extends z.ZodType | undefined = undefined>(declared: {
  name: string;
  method: HttpMethod;
  path: `/${string}`;
  summary: string;
  description?: string;
  signed?: boolean;
  params: Params;
  input: Input;
  reply?: Reply;
  status?: CloudRoute['status'];
  otherReplies?: CloudRoute['otherReplies'];
  headers?: Record<string, string>;
  errors?: readonly ErrorCode[];
}): CloudRoute<Params, Input, Reply> {
  const made: CloudRoute<Params, Input, Reply> = {
    kind: 'route',
    signed: true,
    status: 200,
    otherReplies: [],
    headers: {},
    errors: [],
    ...declared,
    reply: declared.reply as Reply,
  };
  if (allRoutes.has(made.name)) throw new Error(`two routes named ${made.name}`);
  allRoutes.set(made.name, made);
  return made;
}
