import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { attentionQuery } from '../api/queries';
import { sessionQuery } from '../api/session';
import { count } from '../ui/amounts';
import { Icon } from '../ui/icon';
import { places } from './places';

/** Nouns of the cloud, with how many of each there are. */
export function Sidebar() {
  const { data: session } = useQuery(sessionQuery);
  const { data: attention } = useQuery(attentionQuery);
  const sum = (counts: Record<string, number | undefined>, ...but: string[]): number =>
    Object.entries(counts).reduce((all, [state, n]) => all + (but.includes(state) ? 0 : (n ?? 0)), 0);
  const counts: Partial<Record<string, number>> = attention
    ? {
        '/instances': sum(attention.counts.vms, 'failed', 'destroyed'),
        '/servers': sum(attention.counts.servers),
        '/networks': attention.counts.networks,
        '/images': attention.counts.images,
        '/packages': attention.counts.packages,
        '/jobs': sum(attention.counts.jobs, 'succeeded', 'failed', 'canceled'),
      }
    : {};
  const urgent = attention?.items.length ?? 0;
  return (
    <nav aria-label="Main" className="border-line bg-surface flex w-14 flex-col border-r lg:w-52">
      <Link to="/" className="flex h-12 items-center gap-2.5 px-4 font-semibold tracking-tight">
        <img src="/favicon.svg" alt="" width={24} height={24} />
        <span className="hidden min-w-0 flex-col leading-tight lg:flex">
          <span className="text-base">Nereid</span>
        </span>
        <span className="text-muted ml-auto hidden truncate text-xs font-normal lg:block">{session?.datacenter}</span>
      </Link>
      <ul className="flex flex-col gap-0.5 px-2 pt-2">
        {places.map(({ to, title, icon }) => {
          const n = to === '/' ? urgent : counts[to];
          return (
            <li key={to}>
              <Link
                to={to}
                activeOptions={{ exact: to === '/', includeSearch: false }}
                title={title}
                className="text-muted hover:bg-hover hover:text-text data-[status=active]:bg-accent-soft data-[status=active]:text-text flex h-8 items-center gap-2.5 rounded-md px-2.5 data-[status=active]:font-medium"
              >
                <Icon name={icon} />
                <span className="sr-only lg:not-sr-only">{title}</span>
                {n !== undefined && n > 0 && (
                  <span
                    className={
                      to === '/'
                        ? 'bg-bad text-on-bad ml-auto hidden min-w-5 rounded-full px-1.5 text-center text-xs leading-5 font-medium lg:block'
                        : 'text-muted ml-auto hidden text-xs font-normal lg:block'
                    }
                  >
                    {count(n)}
                  </span>
                )}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
