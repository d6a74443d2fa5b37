import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ServiceError } from '@nereid/contracts/light';
import { placementQuery } from '../../api/queries';
import { count, countOf, shortId } from '../../ui/amounts';
import { Panel } from '../../ui/panel';
import { PlainTable } from '../../ui/plain-table';
import { EmptyState, ErrorState, Loading } from '../../ui/states';

/** What the filters ask of a server, and what its score is made of. */
const filterWords: Readonly<Record<string, string>> = {
  'state': 'Is up and heard of',
  'reserved': 'Takes new instances',
  'brand': 'Runs this brand',
  'nic-tags': 'Reaches its networks',
  'traits': 'Has the traits asked for',
  'locality': 'Near and far as asked',
  'room': 'Has room for it',
};
const scorerWords: Readonly<Record<string, string>> = { fill: 'Fullness and chance', class: 'Platform' };

/** Why it stands where it stands: how many servers each condition left, why the others went, and how the best compare. */
export function PlacementTab({ uuid }: { uuid: string }) {
  const { data, error, refetch } = useQuery(placementQuery(uuid));
  if (error instanceof ServiceError && error.code === 'ResourceNotFound')
    return <EmptyState icon="servers" title="No placement is kept for this instance" />;
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  const scorers = [...new Set(data.best.flatMap(({ parts }) => Object.keys(parts)))];
  return (
    <div className="grid items-start gap-4 xl:grid-cols-2">
      <Panel title={`From ${countOf(data.considered, 'server')} to one`}>
        <ol className="flex flex-col gap-2.5">
          {data.steps.map(({ filter, left, removed }) => (
            <li key={filter} className="grid grid-cols-[11rem_minmax(0,1fr)_3.5rem] items-start gap-3">
              <span className="font-medium">{filterWords[filter] ?? filter}</span>
              <div className="pt-1.5">
                <div className="bg-line h-1.5 overflow-hidden rounded-full">
                  <div
                    className="bg-accent h-full rounded-full"
                    style={{ width: `${data.considered === 0 ? 0 : (left / data.considered) * 100}%` }}
                  />
                </div>
                {removed.map(({ reason, count: n }) => (
                  <p key={reason} className="text-muted mt-1 text-xs">
                    {count(n)} dropped: {reason}
                  </p>
                ))}
              </div>
              <span className="text-right">{count(left)}</span>
            </li>
          ))}
        </ol>
        {data.conflicts > 0 && (
          <p className="text-muted mt-3 text-xs">
            {countOf(data.conflicts, 'time')} another instance took the place first, and the next best was tried.
          </p>
        )}
      </Panel>
      <Panel title="The best, by score" isFlush>
        <PlainTable
          caption="Servers by score"
          rows={data.best}
          keyOf={({ server_uuid }) => server_uuid}
          columns={[
            {
              title: 'Server',
              cell: ({ server_uuid, hostname }) => (
                <Link
                  to="/servers/$uuid"
                  params={{ uuid: server_uuid }}
                  className={server_uuid === data.chosen ? 'font-semibold hover:underline' : 'hover:underline'}
                >
                  {hostname ?? shortId(server_uuid)}
                  {server_uuid === data.chosen && <span className="text-good ml-2 text-xs">chosen</span>}
                </Link>
              ),
            },
            ...scorers.map((scorer) => ({
              title: scorerWords[scorer] ?? scorer,
              isNumber: true,
              cell: ({ parts }: { parts: Record<string, number> }) => (parts[scorer] ?? 0).toFixed(3),
            })),
            { title: 'Score', isNumber: true, cell: ({ score }) => score.toFixed(3) },
          ]}
        />
        {data.best[0] && data.best[0].server_uuid !== data.chosen && (
          <p className="text-muted border-line border-t px-4 py-2 text-xs">
            One of those near the best is drawn by chance, so that instances created at once do not all want the same place.
          </p>
        )}
      </Panel>
    </div>
  );
}
