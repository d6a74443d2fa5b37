import { cloudapi } from '@nereid/contracts';

/** What a request needs of a route. `Route` is there for the types of its input and reply alone. */
export interface PlainRoute<Route> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly status: number;
  /** Statuses besides `status` that are no errors. */
  readonly otherStatuses: readonly number[];
  readonly contract?: Route;
}

type Routes = {
  readonly [Name in keyof typeof cloudapi as (typeof cloudapi)[Name] extends cloudapi.CloudRoute ? Name : never]: PlainRoute<
    (typeof cloudapi)[Name]
  >;
};

/**
 * The customers' API as plain data. The bundle holds this value instead of the contracts that it is read from (`build.mjs`): making their
 * schemas at each start would take longer than everything else that a command does. So replies are not checked here; the door's are, in its tests.
 */
export const routes = Object.fromEntries(
  Object.entries(cloudapi).flatMap(([name, it]) => (isRoute(it) ? [[name, plain(it)]] : [])),
) as unknown as Routes;

/** Header of an accepted change: the job that does it. */
export const jobHeader = cloudapi.jobHeader;

function isRoute(it: unknown): it is cloudapi.CloudRoute {
  return typeof it === 'object' && it !== null && 'kind' in it && it.kind === 'route';
}

function plain({ method, path, status, otherReplies }: cloudapi.CloudRoute): PlainRoute<unknown> {
  return { method, path, status, otherStatuses: otherReplies.map((reply) => reply.status) };
}
