import { useQuery } from '@tanstack/react-query';
import { Link, getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useState, type ReactNode } from 'react';
import type { adminapi } from '@nereid/contracts/light';
import { AccountLink } from '../../api/names';
import { imagesQuery } from '../../api/queries';
import { router } from '../../router';
import { PageHead } from '../../shell/page';
import type { Column } from '../../table/column';
import { DataTable } from '../../table/data-table';
import { SearchBox } from '../../table/search-box';
import { bytes, countOf } from '../../ui/amounts';
import { Button } from '../../ui/button';
import { StateBadge } from '../../ui/state-badge';
import { EmptyState, ErrorState, Loading } from '../../ui/states';
import { Time } from '../../ui/time';
import { Uuid } from '../../ui/uuid';

type Image = adminapi.ImageObject;
const route = getRouteApi('/signed-in/images');
const UploadDialog = lazy(() => import('./upload/upload-dialog').then((m) => ({ default: m.UploadDialog })));

const columns: readonly Column<Image>[] = [
  {
    id: 'name',
    title: 'Name',
    width: [200, '1.5fr'],
    cell: ({ uuid, name }) => (
      <Link to="/images/$uuid" params={{ uuid }} className="hover:text-accent font-medium hover:underline underline-offset-2">
        {name}
      </Link>
    ),
  },
  { id: 'version', title: 'Version', width: [110], cell: ({ version }) => version },
  { id: 'state', title: 'State', width: [120], cell: ({ state }) => <StateBadge state={state} /> },
  { id: 'os', title: 'System', width: [90], cell: ({ os }) => os },
  { id: 'type', title: 'Type', width: [120], cell: ({ type }) => type },
  { id: 'brand', title: 'Brand', width: [100], cell: ({ requirements }) => requirements.brand ?? <span className="text-muted">any</span> },
  { id: 'size', title: 'Size', width: [100], isNumber: true, cell: ({ files: [file] }) => (file ? bytes(file.size) : '–') },
  {
    id: 'public',
    title: 'Seen by',
    width: [110],
    cell: ({ public: isPublic, acl }) => (isPublic ? 'all' : acl.length > 0 ? countOf(acl.length + 1, 'account') : 'its account'),
  },
  { id: 'owner', title: 'Account', width: [110, '1fr'], cell: ({ owner }) => <AccountLink uuid={owner} /> },
  { id: 'created', title: 'Published', width: [110], cell: ({ published_at, created_at }) => <Time at={published_at ?? created_at} /> },
  { id: 'uuid', title: 'Id', width: [130], cell: ({ uuid }) => <Uuid uuid={uuid} /> },
];

export function ImagesPage(): ReactNode {
  const { q } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, isPending, refetch } = useQuery(imagesQuery);
  const [isUploading, setUploading] = useState(false);
  const rows = useMemo(() => {
    const words = q?.trim().toLowerCase() ?? '';
    return data?.filter(({ name, version, uuid }) => `${name}@${version}`.toLowerCase().includes(words) || uuid.startsWith(words)) ?? [];
  }, [data, q]);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <PageHead
        title="Images"
        actions={
          <Button icon="plus" onClick={() => setUploading(true)}>
            Upload image
          </Button>
        }
      />
      <div className="border-line flex items-center gap-2 border-b px-6 pb-3">
        <SearchBox
          value={q ?? ''}
          onChange={(next) => void navigate({ to: '.', search: { q: next }, replace: true })}
          placeholder="Name, version or id"
        />
        <span className="text-muted ml-auto" role="status">
          {data && countOf(rows.length, 'image')}
        </span>
      </div>
      {isPending ? (
        <Loading rows={12} />
      ) : error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : rows.length === 0 ? (
        <EmptyState icon="images" title={q ? 'No image matches' : 'No images yet'} />
      ) : (
        <DataTable
          caption="Images"
          columns={columns}
          rows={rows}
          total={rows.length}
          nameOf={nameOf}
          onOpen={({ uuid }) => void router.navigate({ to: '/images/$uuid', params: { uuid } })}
        />
      )}
      <Suspense>{isUploading && <UploadDialog onClose={() => setUploading(false)} />}</Suspense>
    </div>
  );
}

const nameOf = ({ name, version }: Image): string => `${name} ${version}`;
