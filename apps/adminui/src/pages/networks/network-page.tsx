import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, getRouteApi } from '@tanstack/react-router';
import { useMemo, type ReactNode } from 'react';
import { operatorRoutes as routes } from '@nereid/contracts/light';
import { call } from '../../api/call';
import { AccountLink } from '../../api/names';
import { VmLink } from '../../api/vm-names';
import { networkIpsQuery, networkQuery } from '../../api/queries';
import { queryClient } from '../../api/query-client';
import { router } from '../../router';
import { FailedPage } from '../../shell/failed-page';
import { PageHead } from '../../shell/page';
import { count } from '../../ui/amounts';
import { Button } from '../../ui/button';
import { Meter } from '../../ui/meter';
import { Panel, Properties } from '../../ui/panel';
import { PlainTable } from '../../ui/plain-table';
import { EmptyState, Loading } from '../../ui/states';
import { toast } from '../../ui/toasts';
import { Uuid } from '../../ui/uuid';
import { AddressMap } from './address-map';
import { BlockMap } from './block-map';
import { blocksOf, rangeOf, roleOf, toAddress, toNumber } from './addresses';

const route = getRouteApi('/signed-in/networks/$uuid');
/** Rows of the table beneath the map; the map has them all. */
const mostRows = 200;

export function NetworkPage(): ReactNode {
  const { uuid } = route.useParams();
  const { block } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: network, error, refetch } = useQuery(networkQuery(uuid));
  const { data: taken } = useQuery(networkIpsQuery(uuid));
  const blocks = useMemo(() => (network ? blocksOf(rangeOf(network.subnet)) : []), [network]);
  const remove = useMutation({
    mutationFn: () => call(routes.deleteNetwork, { params: { uuid } }),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['networks', 'list'] });
      void router.navigate({ to: '/networks' });
    },
    onError: (problem) => toast('bad', problem.message),
  });
  if (error && !network) return <FailedPage error={error} onRetry={() => void refetch()} />;
  if (!network) return <Loading rows={10} />;
  const usual = blocks.find((at) => at + 255 >= toNumber(network.provision_start_ip)) ?? blocks[0]!;
  const shown = blocks.find((at) => toAddress(at) === block) ?? usual;
  const { used, total } = network.ip_counts;
  const inBlock = taken?.ips.filter(({ ip }) => toNumber(ip) >= shown && toNumber(ip) < shown + 256) ?? [];
  return (
    <>
      <PageHead
        title={network.name}
        above={
          <Link to="/networks" className="hover:text-text hover:underline">
            Networks
          </Link>
        }
        actions={
          <Button
            icon="trash"
            isBusy={remove.isPending}
            reason={used > 0 ? 'Instances use its addresses.' : undefined}
            onClick={() => remove.mutate()}
          >
            Delete
          </Button>
        }
      >
        <Uuid uuid={network.uuid} isWhole />
        <span>{network.subnet}</span>
        {network.description && <span>{network.description}</span>}
      </PageHead>
      <div className="grid items-start gap-4 px-6 pb-6 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <div className="flex min-w-0 flex-col gap-4">
          <Panel
            title={blocks.length > 1 ? `Addresses of ${toAddress(shown)}/24` : 'Addresses'}
            aside={taken && !taken.isComplete && <span className="text-warn">the first {count(taken.ips.length)} taken ones</span>}
          >
            {taken ? <AddressMap key={shown} network={network} ips={taken.ips} start={shown} /> : <Loading rows={4} />}
          </Panel>
          {blocks.length > 1 && taken && (
            <Panel title="All of it, in blocks of 256">
              <BlockMap
                network={network}
                blocks={blocks}
                ips={taken.ips}
                shown={shown}
                onShow={(at) => void navigate({ to: '.', search: { block: toAddress(at) }, replace: true })}
              />
            </Panel>
          )}
          <Panel
            title="Taken and kept back"
            isFlush
            aside={inBlock.length > mostRows && <span className="text-muted">the first {mostRows}</span>}
          >
            {inBlock.length === 0 ? (
              <EmptyState icon="networks" title="None in this block" />
            ) : (
              <PlainTable
                caption="Addresses that are taken or kept back"
                rows={inBlock.slice(0, mostRows)}
                keyOf={({ ip }) => ip}
                columns={[
                  { title: 'Address', cell: ({ ip }) => <span className="font-mono">{ip}</span> },
                  {
                    title: 'Used as',
                    cell: ({ ip, used_as, belongs_to_type, free }) =>
                      roleOf(toNumber(ip), network.subnet) ??
                      used_as ??
                      (belongs_to_type === 'zone' ? 'instance' : free ? 'free' : 'kept back'),
                  },
                  {
                    title: 'By',
                    cell: ({ belongs_to_uuid, belongs_to_type }) =>
                      belongs_to_uuid === undefined ? (
                        <span className="text-muted">–</span>
                      ) : belongs_to_type === 'zone' ? (
                        <VmLink uuid={belongs_to_uuid} />
                      ) : (
                        <Uuid uuid={belongs_to_uuid} />
                      ),
                  },
                  { title: 'Account', cell: ({ owner_uuid }) => <AccountLink uuid={owner_uuid} /> },
                  {
                    title: 'MAC',
                    cell: ({ mac }) => (mac ? <span className="font-mono text-xs">{mac}</span> : <span className="text-muted">–</span>),
                  },
                ]}
              />
            )}
          </Panel>
        </div>
        <Panel title="Network">
          <div className="mb-4">
            <div className="mb-1.5 flex items-baseline justify-between">
              <span className="font-medium">Addresses taken</span>
              <span>
                {count(used)} <span className="text-muted">of {count(total)}</span>
              </span>
            </div>
            <Meter isWide label="Addresses taken" used={used} total={total} />
          </div>
          <Properties
            rows={[
              [
                'Subnet',
                <span key="subnet" className="font-mono">
                  {network.subnet}
                </span>,
              ],
              ['Range', <span key="range" className="font-mono">{`${network.provision_start_ip} – ${network.provision_end_ip}`}</span>],
              ['Gateway', network.gateway === undefined ? undefined : <span className="font-mono">{network.gateway}</span>],
              ['Resolvers', network.resolvers.length > 0 ? <span className="font-mono">{network.resolvers.join(', ')}</span> : undefined],
              ['NIC tag', network.nic_tag],
              ['VLAN', network.vlan_id === 0 ? 'untagged' : String(network.vlan_id)],
              ['MTU', `${network.mtu} bytes`],
              ['Kind', network.fabric ? 'fabric' : network.public ? 'public' : 'internal'],
              [
                'Accounts',
                network.owner_uuids.length === 0
                  ? 'all'
                  : network.owner_uuids.map((owner) => (
                      <span key={owner} className="mr-2">
                        <AccountLink uuid={owner} />
                      </span>
                    )),
              ],
              ...(Object.keys(network.routes).length > 0
                ? ([['Routes', Object.entries(network.routes).map(([to, by]) => <div key={to}>{`${to} by ${by}`}</div>)]] as const)
                : []),
            ]}
          />
        </Panel>
      </div>
    </>
  );
}
