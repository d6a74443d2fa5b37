import { useQuery } from '@tanstack/react-query';
import { vmAuditQuery } from '../../api/queries';
import { Panel } from '../../ui/panel';
import { PlainTable } from '../../ui/plain-table';
import { Mark } from '../../ui/state-badge';
import { EmptyState, ErrorState, Loading } from '../../ui/states';
import { Time } from '../../ui/time';

const callers: Record<string, string> = { signature: 'customer, by key', operator: 'operator', token: 'token', basic: 'password' };

/** What was done to it, by whom and from where. */
export function HistoryTab({ uuid }: { uuid: string }) {
  const { data: entries, error, refetch } = useQuery(vmAuditQuery(uuid));
  return (
    <Panel title="History" isFlush>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !entries ? (
        <Loading />
      ) : entries.length === 0 ? (
        <EmptyState icon="jobs" title="Nothing has been done to it yet" />
      ) : (
        <PlainTable
          caption="What was done to this instance"
          rows={entries}
          keyOf={(entry) => entry.uuid}
          columns={[
            { title: 'When', cell: ({ time }) => <Time at={time} /> },
            { title: 'What', cell: ({ action }) => <span className="font-medium">{action}</span> },
            {
              title: 'Result',
              cell: ({ success }) => (
                <span className="flex items-center gap-1.5">
                  <Mark tone={success ? 'good' : 'bad'} />
                  {success ? 'done' : 'failed'}
                </span>
              ),
            },
            { title: 'Who', cell: ({ caller }) => callers[caller.type] ?? caller.type },
            { title: 'From', cell: ({ caller }) => caller.ip ?? '–' },
            { title: 'Key', cell: ({ caller }) => <span className="font-mono text-xs">{caller.key_id ?? '–'}</span> },
            { title: 'Message', cell: ({ message }) => message ?? '' },
          ]}
        />
      )}
    </Panel>
  );
}
