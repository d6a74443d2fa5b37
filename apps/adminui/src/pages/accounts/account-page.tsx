import { useQuery } from '@tanstack/react-query';
import { Link, getRouteApi } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { accountQuery, usageQuery } from '../../api/queries';
import { FailedPage } from '../../shell/failed-page';
import { PageHead } from '../../shell/page';
import { count, gibibytes, mebibytes } from '../../ui/amounts';
import { Button } from '../../ui/button';
import { Meter } from '../../ui/meter';
import { Panel, Properties } from '../../ui/panel';
import { Mark } from '../../ui/state-badge';
import { EmptyState, Loading } from '../../ui/states';
import { Time } from '../../ui/time';
import { Uuid } from '../../ui/uuid';
import { listedFilter } from '../instances/filter';
import { InstancesTable } from '../instances/instances-table';
import { standing } from './accounts-page';
import { Keys } from './keys';
import { LimitsDialog } from './limits-dialog';

const route = getRouteApi('/signed-in/accounts/$uuid');

export function AccountPage(): ReactNode {
  const { uuid } = route.useParams();
  const { data: account, error, refetch } = useQuery(accountQuery(uuid));
  const [sort, setSort] = useState<string>();
  if (error && !account) return <FailedPage error={error} onRetry={() => void refetch()} />;
  if (!account) return <Loading rows={10} />;
  const [tone, word] = standing(account);
  return (
    <>
      <PageHead
        title={account.login}
        above={
          <Link to="/accounts" className="hover:text-text hover:underline">
            Accounts
          </Link>
        }
        beside={
          <span className="flex items-center gap-1.5">
            <Mark tone={tone} />
            {word}
          </span>
        }
      >
        <Uuid uuid={account.uuid} isWhole />
        <span>{account.email}</span>
      </PageHead>
      <div className="grid items-start gap-4 px-6 pb-4 lg:grid-cols-2 xl:grid-cols-3">
        <Usage uuid={uuid} login={account.login} />
        <Keys uuid={uuid} />
        <Panel title="Account">
          <Properties
            isSparse
            rows={[
              ['Name', [account.first_name, account.last_name].filter(Boolean).join(' ') || undefined],
              ['Company', account.company_name],
              ['Place', [account.postal_code, account.city, account.country].filter(Boolean).join(' ') || undefined],
              ['Phone', account.phone],
              ['DNS names', account.cns_enabled ? 'on' : 'off'],
              ['Since', <Time key="since" at={account.created_at} />],
              ['Changed', <Time key="changed" at={account.updated_at} />],
            ]}
          />
        </Panel>
      </div>
      <section
        aria-label="Instances of this account"
        className="border-line bg-surface mx-6 mb-6 flex h-[28rem] flex-col overflow-hidden rounded-lg border pt-3"
      >
        <InstancesTable
          without="owner"
          filter={listedFilter({ owner_uuid: uuid, ...(sort !== undefined && { sort }) })}
          onSort={setSort}
          tools={<h2 className="font-semibold">Instances</h2>}
          empty={<EmptyState icon="instances" title="No instances" />}
        />
      </section>
    </>
  );
}

/** What an account uses, beside what it may. */
function Usage({ uuid, login }: { uuid: string; login: string }) {
  const { data: usage } = useQuery(usageQuery(uuid));
  const [isEditing, setEditing] = useState(false);
  const rows = usage && [
    ['Instances', usage.instances, usage.limits.instances, count] as const,
    ['Memory', usage.memory_mib, usage.limits.memory_mib, mebibytes] as const,
    ['Disk', usage.quota_gib, usage.limits.quota_gib, gibibytes] as const,
  ];
  return (
    <Panel
      title="Use and limits"
      aside={
        <Button look="quiet" onClick={() => setEditing(true)}>
          Limits
        </Button>
      }
    >
      {!rows ? (
        <Loading rows={3} />
      ) : (
        <div className="flex flex-col gap-4">
          {rows.map(([title, used, limit, write]) => (
            <div key={title}>
              <div className="mb-1.5 flex items-baseline justify-between">
                <span className="font-medium">{title}</span>
                <span>
                  {write(used)} <span className="text-muted">{limit === undefined ? 'without limit' : `of ${write(limit)}`}</span>
                </span>
              </div>
              {limit !== undefined && <Meter isWide label={title} used={used} total={limit} />}
            </div>
          ))}
        </div>
      )}
      {isEditing && usage && <LimitsDialog uuid={uuid} login={login} usage={usage} onClose={() => setEditing(false)} />}
    </Panel>
  );
}
