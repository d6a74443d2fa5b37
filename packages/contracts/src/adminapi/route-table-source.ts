import * as adminapi from './index';
import { routeLine, type RouteLine } from './route-line';
import type { AdminRoute } from './route';

/** Every route under the name by which the contracts export it. */
export function routeLines(): Record<string, RouteLine> {
  const isRoute = (value: unknown): value is AdminRoute => (value as AdminRoute | undefined)?.kind === 'admin-route';
  return Object.fromEntries(Object.entries(adminapi).flatMap(([name, value]) => (isRoute(value) ? [[name, routeLine(value)]] : [])));
}

/** The text of route-table.ts. */
export function routeTableText(): string {
  const lines = Object.entries(routeLines()).map(([name, line]) => {
    const fields = Object.entries(line).map(([key, value]) => `${key}: ${typeof value === 'string' ? `'${value}'` : String(value)}`);
    return `  ${name}: { ${fields.join(', ')} },`;
  });
  return [
    '// Made from the routes by `npm run generate:docs`; a test compares them.',
    "import type * as adminapi from './index';",
    "import type { AdminRoute } from './route';",
    "import type { RouteLine } from './route-line';",
    '',
    'type Declared = typeof adminapi;',
    '',
    "/** Every route of the operators' API by the name of its contract, light enough for a browser. */",
    'export const operatorRoutes: { readonly [K in keyof Declared as Declared[K] extends AdminRoute ? K : never]: RouteLine<Declared[K] & AdminRoute> } = {',
    ...lines,
    '};',
    '',
  ].join('\n');
}
