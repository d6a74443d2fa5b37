import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useState, type ReactNode } from 'react';
import type { adminapi } from '@nereid/contracts/light';
import { AccountLink } from '../../api/names';
import { ObjectLink } from '../../api/object-link';
import { imagesQuery } from '../../api/queries';
import { router } from '../../router';
import type { Column } from '../../table/column';
import { ListPage } from '../../table/list-page';
import { SearchBox } from '../../table/search-box';
import { bytes, countOf } from '../../ui/amounts';
import { Button } from '../../ui/button';
import { StateBadge } from '../../ui/state-badge';
import { Time } from '../../ui/time';
import { Uuid } from '../../ui/uuid';

type Image = adminapi.ImageObject;
const route = getRouteApi('/signed-in/images');
const UploadDialog = lazy(() => import('./upload/upload-dialog').then((m) => ({ default: m.UploadDialog })));

const columns: readonly Column<Image>[] = [
  {
    id: 'name',
    title: 'Name',
    width: [160, '1.5fr'],
    cell: ({ uuid, name }) => (
      <ObjectLink to="images" uuid={uuid} className="font-medium">
        {name}
      </ObjectLink>
    ),
  },
  { id: 'version', title: 'Version', width: [90], cell: ({ version }) => version },
  { id: 'state', title: 'State', width: [110], cell: ({ state }) => <StateBadge state={state} /> },
  { id: 'os', title: 'System', width: [84], cell: ({ os }) => os },
  { id: 'type', title: 'Type', width: [110], cell: ({ type }) => type },
  { id: 'brand', title: 'Brand', width: [90], cell: ({ requirements }) => requirements.brand ?? <span className="text-muted">any</span> },
  { id: 'size', title: 'Size', width: [90], isNumber: true, cell: ({ files: [file] }) => (file ? bytes(file.size) : '–') },
  {
    id: 'public',
    title: 'Seen by',
    width: [100],
    cell: ({ public: isPublic, acl }) => (isPublic ? 'all' : acl.length > 0 ? countOf(acl.length + 1, 'account') : 'its account'),
  },
  { id: 'owner', title: 'Account', width: [100, '1fr'], cell: ({ owner }) => <AccountLink uuid={owner} /> },
  { id: 'created', title: 'Published', width: [110], cell: ({ published_at, created_at }) => <Time at={published_at ?? created_at} /> },
  { id: 'uuid', title: 'Id', width: [130], cell: ({ uuid }) => <Uuid uuid={uuid} /> },
];

export function ImagesPage(): ReactNode {
  const { q } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery(imagesQuery);
  const { data } = list;
  const [isUploading, setUploading] = useState(false);
  const rows = useMemo(() => {
    const words = q?.trim().toLowerCase() ?? '';
    return data?.filter(({ name, version, uuid }) => `${name}@${version}`.toLowerCase().includes(words) || uuid.startsWith(words)) ?? [];
  }, [data, q]);
  return (
    <ListPage
      title="Images"
      one="image"
      icon="images"
      actions={
        <Button icon="plus" onClick={() => setUploading(true)}>
          Upload image
        </Button>
      }
      tools={
        <SearchBox
          value={q ?? ''}
          onChange={(next) => void navigate({ to: '.', search: { q: next }, replace: true })}
          placeholder="Name, version or id"
        />
      }
      isNarrowed={q !== undefined}
      list={list}
      hint="An instance is made of one: upload a root file system or a disk."
      columns={columns}
      rows={rows}
      nameOf={nameOf}
      onOpen={({ uuid }) => void router.navigate({ to: '/images/$uuid', params: { uuid } })}
    >
      <Suspense>{isUploading && <UploadDialog onClose={() => setUploading(false)} />}</Suspense>
    </ListPage>
  );
}

const nameOf = ({ name, version }: Image): string => `${name} ${version}`;
