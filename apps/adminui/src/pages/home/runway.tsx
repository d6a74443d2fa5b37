import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { networksQuery } from '../../api/queries';
import { count } from '../../ui/amounts';
import { Meter } from '../../ui/meter';
import { Panel } from '../../ui/panel';

/** The networks with the least addresses left. */
export function Runway() {
  const { data: networks } = useQuery(networksQuery);
  if (!networks || networks.length === 0) return null;
  const fullest = [...networks].sort((a, b) => share(b.ip_counts) - share(a.ip_counts)).slice(0, 5);
  return (
    <Panel title="Addresses">
      <ul className="flex flex-col gap-3.5">
        {fullest.map(({ uuid, name, ip_counts: { used, total } }) => (
          <li key={uuid}>
            <div className="mb-1.5 flex items-baseline justify-between">
              <Link to="/networks/$uuid" params={{ uuid }} className="font-medium hover:underline">
                {name}
              </Link>
              <span>
                {count(used)} <span className="text-muted">of {count(total)}</span>
              </span>
            </div>
            <Meter isWide label={`Addresses of ${name}`} used={used} total={total} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function share({ used, total }: { used: number; total: number }): number {
  return total === 0 ? 0 : used / total;
}
