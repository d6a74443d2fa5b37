import type { AdminMethod, AdminRoute } from './route';

/**
 * What a client needs of a route at run time, without zod and without any other route. `route-table.ts` has one for every route.
 */
export interface RouteLine<R extends AdminRoute = AdminRoute> {
  readonly name: string;
  readonly method: AdminMethod;
  readonly path: string;
  readonly status: number;
  readonly hasBody: boolean;
  /** Never there: it carries the types of parameters, body and reply. */
  readonly declared?: R;
}

/** A route as a line of the table. */
export function routeLine<R extends AdminRoute>(route: R): RouteLine<R> {
  const { name, method, path, status } = route;
  return { name, method, path, status, hasBody: route.body !== undefined };
}

/** Adds parameters to a path: `pathOf(getVm, {uuid})`. @throws Error one is missing */
export function pathOf(route: Pick<RouteLine, 'name' | 'path'>, params: Readonly<Record<string, string | undefined>> = {}): string {
  return route.path.replace(/:([a-z_]+)/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined || value === '') throw new Error(`${route.name} needs ${name}`);
    return encodeURIComponent(value);
  });
}
