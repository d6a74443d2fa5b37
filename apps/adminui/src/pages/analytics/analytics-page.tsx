import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState, type ReactNode } from 'react';
import type { adminapi } from '@nereid/contracts/light';
import { catalogQuery, serversQuery } from '../../api/queries';
import { FailedPage } from '../../shell/failed-page';
import { PageHead } from '../../shell/page';
import { Field, Select } from '../../ui/field';
import { EmptyState, ErrorState, Loading } from '../../ui/states';
import { levels, nextLevel, stepsOf, stepsText, wantFor, type Step } from './drill';
import { HeatmapCanvas } from './heatmap-canvas';
import { KeyList } from './key-list';
import { totalsOf, type Choice } from './heatmap';
import { Trail } from './trail';
import { useLiveColumns } from './use-live-columns';

const route = getRouteApi('/signed-in/analytics');

export function AnalyticsPage(): ReactNode {
  const { data: catalog, error, refetch } = useQuery(catalogQuery);
  if (error && !catalog) return <FailedPage error={error} onRetry={() => void refetch()} />;
  if (!catalog) return <Loading rows={10} />;
  return <Measured catalog={catalog} />;
}

function Measured({ catalog }: { catalog: adminapi.CatalogObject }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const metric = catalog.metrics.find(({ module, stat }) => `${module}.${stat}` === search.metric) ?? catalog.metrics[0]!;
  const steps = useMemo(() => stepsOf(search.in).filter(({ field }) => metric.fields.includes(field)), [search.in, metric]);
  const by = search.by !== undefined && metric.fields.includes(search.by) ? search.by : nextLevel(metric.fields, steps);
  const { made, columns, names, error } = useLiveColumns(JSON.stringify(wantFor(metric, steps, by)));
  const [keys, setKeys] = useState<ReadonlySet<string>>(new Set());
  const [choice, setChoice] = useState<Choice>('all');
  const { data: servers } = useQuery(serversQuery);
  const hostnames = useMemo(() => new Map<string, string>(servers?.items.map(({ uuid, hostname }) => [uuid, hostname])), [servers]);
  const nameOf = (key: string): string => names[key] ?? hostnames.get(key) ?? key;
  const totals = useMemo(() => totalsOf(columns), [columns]);

  const go = (change: { metric?: string; by?: string | undefined; steps?: readonly Step[] }): void => {
    setKeys(new Set());
    setChoice('all');
    const shown = { metric: `${metric.module}.${metric.stat}`, by: search.by, steps, ...change };
    void navigate({ to: '.', search: { metric: shown.metric, by: shown.by, in: stepsText(shown.steps) } });
  };
  const level = levels.find((each) => each === by);
  return (
    <>
      <PageHead title="Analytics">
        <span>{made ? `measured on ${columns.at(-1)?.reporting ?? 0} of ${made.sources.wanted} servers` : 'beginning to measure'}</span>
      </PageHead>
      <div className="flex flex-wrap items-end gap-4 px-6 pb-4">
        <Field label="What">
          <Select value={`${metric.module}.${metric.stat}`} onChange={(event) => go({ metric: event.target.value, by: undefined })}>
            {catalog.metrics.map(({ module, stat, label }) => (
              <option key={`${module}.${stat}`} value={`${module}.${stat}`}>
                {label}
              </option>
            ))}
          </Select>
        </Field>
        <Field label="Told apart by">
          <Select value={by ?? ''} onChange={(event) => go({ by: event.target.value })}>
            {metric.fields
              .filter((field) => catalog.fields[field]?.arity === 'discrete')
              .map((field) => (
                <option key={field} value={field}>
                  {catalog.fields[field]!.label}
                </option>
              ))}
          </Select>
        </Field>
        <Trail steps={steps} nameOf={nameOf} onGo={(left) => go({ steps: left, by: undefined })} />
      </div>
      {error && <ErrorState error={error} />}
      <Refusals coverage={made?.coverage} nameOf={nameOf} />
      <div className="grid gap-4 px-6 pb-6 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <section aria-label="Heat map" className="border-line bg-surface rounded-lg border py-4 pr-4">
          {columns.some(({ cells }) => cells.length > 0) || !made ? (
            <HeatmapCanvas columns={columns} keys={keys} choice={choice} names={nameOf} hasLatency={metric.fields.includes('latency')} />
          ) : (
            <EmptyState icon="analytics" title="Nothing of this has happened yet" />
          )}
        </section>
        <KeyList
          totals={totals}
          unit={metric.unit}
          nameOf={nameOf}
          keys={keys}
          choice={choice}
          onChoose={(next, how) => {
            setKeys(next);
            setChoice(how);
          }}
          onEnter={level ? (key) => go({ steps: [...steps, { field: level, key }], by: undefined }) : undefined}
        />
      </div>
    </>
  );
}

/** Servers that cannot measure it, and why. */
function Refusals({ coverage, nameOf }: { coverage: adminapi.InstrumentationObject['coverage']; nameOf: (key: string) => string }) {
  const refused = (coverage ?? []).filter(({ state }) => state === 'refused');
  return refused.map(({ server, reason }) => (
    <p key={server} className="bg-warn-soft text-warn mx-6 mb-4 rounded-md px-3 py-2">
      <span className="font-medium">{nameOf(server)}:</span> {reason}
    </p>
  ));
}
