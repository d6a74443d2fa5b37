import type { Account, Caller, Idempotency, cloudapi } from '@nereid/contracts';
import type { SignedRequest } from '@nereid/http-signature';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { VersionRange } from './version';

export type Signed = {
  readonly account: Account;
  readonly caller: Extract<Caller, { kind: 'account' }>;
  readonly signature: SignedRequest;
};

/** What the hooks found out about a request before its handler runs. */
export interface RequestState {
  readonly startedMs: number;
  readonly requestId: string;
  route?: cloudapi.CloudRoute;
  version?: VersionRange;
  form?: 'json' | 'text';
  signed?: Signed;
}

declare module 'fastify' {
  interface FastifyRequest {
    cloud: RequestState;
    /** The body as it came, where it was read. */
    rawBody?: Buffer;
  }
}

/** A request to one route, understood: what a controller gets. */
export interface Call<Route extends cloudapi.CloudRoute = cloudapi.CloudRoute> {
  readonly params: z.output<Route['params']>;
  readonly input: z.output<Route['input']>;
  readonly account: Account;
  readonly caller: Caller;
  readonly version: VersionRange;
  readonly form: 'json' | 'text';
  /** From the client's Idempotency-Key. */
  readonly idempotency: z.infer<typeof Idempotency> | undefined;
  readonly request: FastifyRequest;
  /** For what takes the connection over; all else is answered by {@link Answer}. */
  readonly reply: FastifyReply;
}

/** What a controller answers. The status is the contract's unless told; no body where the contract has none. */
export interface Answer<Route extends cloudapi.CloudRoute = cloudapi.CloudRoute> {
  readonly body?: Route['reply'] extends z.ZodType ? z.output<Route['reply']> : undefined;
  /** Instead of the body, for clients that asked for plain text. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string | number>>;
  /** The connection was taken over, and nothing is to be sent. */
  readonly taken?: boolean;
}
