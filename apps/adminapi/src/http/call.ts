import type { Caller, Idempotency, adminapi } from '@nereid/contracts';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Session } from '../sessions/session';

export type OperatorCaller = Extract<Caller, { kind: 'operator' }>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is signed in; undefined on routes that ask for nobody. */
    session?: Session;
  }
}

type OutputOf<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** A request to one route, understood: what a controller gets. */
export interface Call<Route extends adminapi.AdminRoute = adminapi.AdminRoute> {
  readonly params: OutputOf<Route['params']>;
  readonly query: OutputOf<Route['query']>;
  readonly body: OutputOf<Route['body']>;
  /** The operator, as owners check and audit it. Of a route without session there is none: see {@link Call.request}. */
  readonly caller: OperatorCaller;
  /** From If-Match, where the route checks it: the version that the object must have. */
  readonly ifVersion: number | undefined;
  /** From the client's Idempotency-Key. */
  readonly idempotency: z.infer<typeof Idempotency> | undefined;
  readonly request: FastifyRequest;
}

/** What a controller answers; the status is the contract's, and a page's headers are made from `next` and `total`. */
export interface Answer<Route extends adminapi.AdminRoute = adminapi.AdminRoute> {
  readonly body?: OutputOf<Route['reply']>;
  /** Of the object shown, where the route has an ETag. */
  readonly version?: number;
  /** Of a page: where the next begins. */
  readonly next?: string | undefined;
  /** Of a list: how many match in all. */
  readonly total?: number | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}
