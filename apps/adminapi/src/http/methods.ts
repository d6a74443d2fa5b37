import { adminapi, enrolPath } from '@nereid/contracts';

/** What the door serves beside the routes of the contracts. */
const others = [
  { method: 'POST', path: enrolPath },
  { method: 'GET', path: '/ping' },
];

const methods = new Map<string, Set<string>>();
for (const { method, path } of [...adminapi.allRoutes.values(), ...others]) {
  const known = methods.get(path) ?? new Set();
  methods.set(path, known.add(method));
  if (method === 'GET') known.add('HEAD');
}
const known = [...methods].map(([path, possible]) => ({
  pattern: new RegExp(`^${path.replace(/:[a-z_]+/gi, '[^/]+')}$`),
  possible: [...possible],
}));

/** Methods of all paths that an address fits; none for what is no path of the API. */
export function methodsOf(url: string): readonly string[] {
  const path = url.split('?')[0]!;
  return [...new Set(known.filter(({ pattern }) => pattern.test(path)).flatMap(({ possible }) => possible))];
}
