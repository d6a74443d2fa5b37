import { useQuery } from '@tanstack/react-query';
import { operatorRoutes as routes } from '@nereid/contracts/light';
import { cx } from '../ui/class-names';
import { shortId } from '../ui/amounts';
import { call } from './call';
import { ObjectLink } from './object-link';
import { vmStates } from './states';

// Lists of jobs and addresses name instances by id, and there are too many to have them all in memory: those on the screen are asked for together.

/** An instance by its name, which leads to it; by its id where it has been forgotten. */
export function VmLink({ uuid, className }: { uuid: string; className?: string }) {
  const { data: alias } = useQuery({ queryKey: ['vms', 'alias', uuid], queryFn: () => aliasOf(uuid) });
  return (
    <ObjectLink to="instances" uuid={uuid} title={uuid} className={cx(alias === null && 'font-mono text-xs', className)}>
      {alias ?? shortId(uuid)}
    </ObjectLink>
  );
}

type Waiter = { readonly resolve: (alias: string | null) => void; readonly reject: (error: unknown) => void };
let wanted = new Map<string, Waiter[]>();
/** What the route takes at once. */
const most = 500;

/** Null: it is not known any more. All that is asked for within one task goes in one request. */
function aliasOf(uuid: string): Promise<string | null> {
  return new Promise((resolve, reject) => {
    if (wanted.size === 0) setTimeout(() => void askForAll(), 0);
    wanted.set(uuid, [...(wanted.get(uuid) ?? []), { resolve, reject }]);
    if (wanted.size === most) void askForAll();
  });
}

async function askForAll(): Promise<void> {
  const asked = wanted;
  wanted = new Map();
  if (asked.size === 0) return; // asked for already, since there were so many
  const uuids = [...asked.keys()];
  try {
    const rows = await call(routes.listVms, { query: { uuids: uuids.join(','), state: vmStates.join(','), limit: uuids.length } });
    const aliases = new Map<string, string>(rows.map(({ uuid, alias }) => [uuid, alias]));
    for (const [uuid, waiters] of asked) for (const { resolve } of waiters) resolve(aliases.get(uuid) ?? null);
  } catch (error) {
    for (const waiters of asked.values()) for (const { reject } of waiters) reject(error);
  }
}
