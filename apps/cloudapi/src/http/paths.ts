import { cloudapi } from '@nereid/contracts';

interface KnownPath {
  readonly pattern: RegExp;
  readonly methods: readonly string[];
}

const paths = new Map<string, Set<string>>();
for (const route of cloudapi.allRoutes.values()) {
  const methods = paths.get(route.path) ?? new Set();
  methods.add(route.method);
  if (route.method === 'GET') methods.add('HEAD');
  paths.set(route.path, methods);
}
const known: KnownPath[] = [...paths].map(([path, methods]) => ({
  pattern: new RegExp(`^${path.replace(/:[a-z]+/gi, '[^/]+')}$`),
  methods: [...methods],
}));

/** Methods that a path has; empty for a path that does not exist. */
export function methodsOf(url: string): readonly string[] {
  const path = url.split('?')[0]!;
  return known.find(({ pattern }) => pattern.test(path))?.methods ?? [];
}

const routesByPath = new Map([...cloudapi.allRoutes.values()].map((route) => [`${route.method} ${route.path}`, route]));

/** The contract that a router's match stands for; HEAD is GET without a body. */
export function routeOf(method: string, path: string | undefined): cloudapi.CloudRoute | undefined {
  return routesByPath.get(`${method === 'HEAD' ? 'GET' : method} ${path}`);
}
