import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useAccountName, useImageName, useServerName } from '../../api/names';
import type { VmFilter } from '../../api/queries';
import { brands, vmStates } from '../../api/states';
import { openCreate } from '../../shell/create-state';
import { PageHead } from '../../shell/page';
import { FilterMenu } from '../../table/filter-menu';
import { SearchBox } from '../../table/search-box';
import { shortId } from '../../ui/amounts';
import { Button } from '../../ui/button';
import { EmptyState } from '../../ui/states';
import { isNarrowed, listedFilter } from './filter';
import { InstancesTable } from './instances-table';

const route = getRouteApi('/signed-in/instances');

export function InstancesPage(): ReactNode {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const narrow = (change: VmFilter): void => void navigate({ to: '.', search: { ...search, ...change }, replace: true });
  const filter = listedFilter(search);
  const [typed, setTyped] = useState(search.q ?? '');
  // The list is asked for once typing pauses; a letter each would ask for lists that nobody reads.
  const latest = useRef(narrow);
  latest.current = narrow;
  const asked = useRef(typed);
  useEffect(() => {
    if (typed === asked.current) return;
    const waiting = setTimeout(() => {
      asked.current = typed;
      latest.current({ q: typed });
    }, 150);
    return () => clearTimeout(waiting);
  }, [typed]);
  // A link, or the way back, may lead to another search.
  useEffect(() => {
    const { q = '' } = search;
    if (q === asked.current) return;
    asked.current = q;
    setTyped(q);
  }, [search]);
  const clear = (): void => {
    setTyped('');
    void navigate({ to: '.', search: search.sort ? { sort: search.sort } : {}, replace: true });
  };
  return (
    <div className="flex h-full min-h-0 flex-col">
      <PageHead title="Instances" />
      <InstancesTable
        filter={filter}
        onSort={(sort) => narrow({ sort })}
        tools={
          <>
            <SearchBox value={typed} onChange={setTyped} placeholder="Name, id or address" />
            <FilterMenu title="State" options={vmStates} value={search.state} onChange={(state) => narrow({ state })} />
            <FilterMenu title="Brand" options={brands} value={search.brand} onChange={(brand) => narrow({ brand })} />
            <NamedFilters search={search} onChange={narrow} />
            {isNarrowed(search) && (
              <Button look="quiet" icon="close" onClick={clear}>
                Clear
              </Button>
            )}
          </>
        }
        empty={
          isNarrowed(search) ? (
            <EmptyState icon="search" title="No instance matches">
              <Button className="mt-2" onClick={clear}>
                Show all
              </Button>
            </EmptyState>
          ) : (
            <EmptyState icon="instances" title="No instances yet">
              An instance is there in less than a second.
              <div className="mt-3">
                <Button look="primary" icon="plus" onClick={openCreate}>
                  Create instance
                </Button>
              </div>
            </EmptyState>
          )
        }
      />
    </div>
  );
}

/** What another page has narrowed the list to: a server, an account, an image; by its name, and to be taken away. */
function NamedFilters({ search, onChange }: { search: VmFilter; onChange: (change: VmFilter) => void }) {
  const server = useServerName(search.server_uuid);
  const account = useAccountName(search.owner_uuid);
  const image = useImageName(search.image_uuid);
  const chips: [keyof VmFilter, string, string | undefined][] = [
    ['server_uuid', 'Server', server],
    ['owner_uuid', 'Account', account],
    ['image_uuid', 'Image', image],
  ];
  return chips.map(([key, title, known]) => {
    const uuid = search[key];
    if (uuid === undefined) return null;
    const name = known ?? shortId(uuid);
    return (
      <span key={key} className="bg-accent-soft flex h-8 items-center rounded-md pl-3">
        {title}: <span className="ml-1 font-medium">{name}</span>
        <Button
          look="quiet"
          icon="close"
          aria-label={`Without ${title.toLowerCase()} ${name}`}
          className="size-8"
          onClick={() => onChange({ [key]: undefined })}
        />
      </span>
    );
  });
}
