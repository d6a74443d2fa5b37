import { BrowserTransport, OperatorClient, type QueryValue, type RouteLine } from '@nereid/client/operator';
import { ServiceError, type adminapi } from '@nereid/contracts/light';
import type { z } from 'zod';

/** The page's own client: one session, the browser's cookie. */
export const client = new OperatorClient(new BrowserTransport());

type AdminRoute = adminapi.AdminRoute;
export type BodyOf<R extends AdminRoute> = R['body'] extends z.ZodType ? z.input<R['body']> : never;
export type ReplyOf<R extends AdminRoute> = R['reply'] extends z.ZodType ? z.output<R['reply']> : undefined;

interface Request<R extends AdminRoute> {
  readonly params?: { readonly [K in keyof z.input<R['params']>]: string };
  readonly query?: { readonly [K in keyof z.input<R['query']>]?: QueryValue };
  readonly body?: BodyOf<R>;
  /** Refuse when the object has another version by now. */
  readonly ifVersion?: number;
  /** One effect, however often it is sent. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

let whenSignedOut: () => void = () => {};

/** Called once a request was refused because the session has ended. */
export function onSignedOut(act: () => void): void {
  whenSignedOut = act;
}

/** Calls a route and answers its body. @throws ServiceError */
export async function call<R extends AdminRoute>(route: RouteLine<R>, request: Request<R> = {}): Promise<ReplyOf<R>> {
  return (await send(route, request)).body;
}

/** One page of a list. `next` is absent on the last one; `total` where the route counts and was asked to. */
export interface PageOf<Item> {
  readonly items: Item[];
  readonly next?: string;
  readonly total?: number;
}

/** Calls a paged list. @throws ServiceError */
export async function callForPage<R extends AdminRoute>(
  route: RouteLine<R>,
  request: Request<R> = {},
): Promise<PageOf<ReplyOf<R> extends (infer Item)[] ? Item : never>> {
  const { body, next, total } = await send(route, request);
  return { items: body as never, ...(next !== undefined && { next }), ...(total !== undefined && { total }) };
}

async function send<R extends AdminRoute>(route: RouteLine<R>, { params, query, body, ifVersion, idempotencyKey, signal }: Request<R>) {
  try {
    return await client.call<R>(route, (params ?? {}) as never, (body ?? query ?? {}) as never, {
      ifMatch: ifVersion,
      signal,
      ...(idempotencyKey !== undefined && { idempotencyKey }),
    });
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'InvalidCredentials') whenSignedOut();
    throw error;
  }
}
