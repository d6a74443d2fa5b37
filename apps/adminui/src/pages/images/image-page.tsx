import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { operatorRoutes as routes } from '@nereid/contracts/light';
import { call } from '../../api/call';
import { AccountLink, ImageLink } from '../../api/names';
import { imageQuery, vmCountQuery } from '../../api/queries';
import { queryClient } from '../../api/query-client';
import { router } from '../../router';
import { FailedPage } from '../../shell/failed-page';
import { PageHead } from '../../shell/page';
import { bytes, countOf, mebibytes } from '../../ui/amounts';
import { Button } from '../../ui/button';
import { CopyButton } from '../../ui/copy-button';
import { Panel, Properties } from '../../ui/panel';
import { StateBadge } from '../../ui/state-badge';
import { Loading } from '../../ui/states';
import { Time } from '../../ui/time';
import { toast } from '../../ui/toasts';
import { Uuid } from '../../ui/uuid';

const route = getRouteApi('/signed-in/images/$uuid');

export function ImagePage(): ReactNode {
  const { uuid } = route.useParams();
  const { data: image, error, refetch } = useQuery(imageQuery(uuid));
  const users = useQuery(vmCountQuery({ image_uuid: uuid })).data;
  const onError = (problem: Error): void => toast('bad', problem.message);
  const activate = useMutation({
    mutationFn: () => call(routes.activateImage, { params: { uuid }, body: { action: 'activate' } }),
    onSuccess: (now) => queryClient.setQueryData(imageQuery(uuid).queryKey, now),
    onError,
  });
  const remove = useMutation({
    mutationFn: () => call(routes.deleteImage, { params: { uuid } }),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['images', 'list'] });
      void router.navigate({ to: '/images' });
    },
    onError,
  });
  if (error && !image) return <FailedPage error={error} onRetry={() => void refetch()} />;
  if (!image) return <Loading rows={10} />;
  const [file] = image.files;
  const needs = image.requirements;
  return (
    <>
      <PageHead
        title={`${image.name} ${image.version}`}
        above={
          <Link to="/images" className="hover:text-text hover:underline">
            Images
          </Link>
        }
        beside={<StateBadge state={image.state} />}
        actions={
          <>
            <Button
              icon="check"
              isBusy={activate.isPending}
              reason={image.state === 'active' ? 'It is active.' : file ? undefined : 'It has no file yet.'}
              onClick={() => activate.mutate()}
            >
              Activate
            </Button>
            <Button
              icon="trash"
              isBusy={remove.isPending}
              reason={users ? `${countOf(users, 'instance')} ${users === 1 ? 'stands' : 'stand'} on it.` : undefined}
              onClick={() => remove.mutate()}
            >
              Delete
            </Button>
          </>
        }
      >
        <Uuid uuid={image.uuid} isWhole />
        {image.description && <span>{image.description}</span>}
      </PageHead>
      {image.error && (
        <p role="alert" className="bg-bad-soft text-bad mx-6 mb-4 rounded-md px-3 py-2">
          {image.error.message} <span className="font-mono text-xs">{image.error.code}</span>
        </p>
      )}
      <div className="grid items-start gap-4 px-6 pb-6 lg:grid-cols-2 2xl:grid-cols-3">
        <Panel title="Image">
          <Properties
            rows={[
              ['System', image.os],
              ['Type', image.type],
              ['Account', <AccountLink key="owner" uuid={image.owner} />],
              ['Seen by', image.public ? 'all accounts' : countOf(image.acl.length + 1, 'account')],
              ['Origin', image.origin && <ImageLink key="origin" uuid={image.origin} />],
              ['Homepage', image.homepage],
              ['Published', <Time key="published" at={image.published_at} />],
              [
                'Instances',
                <Link key="users" to="/instances" search={{ image_uuid: uuid }} className="hover:text-accent hover:underline">
                  {users === undefined ? '…' : countOf(users, 'instance')}
                </Link>,
              ],
            ]}
          />
        </Panel>
        <Panel title="What it needs">
          <Properties
            rows={[
              ['Brand', needs.brand ?? 'any'],
              ['Memory, least', needs.min_ram === undefined ? undefined : mebibytes(needs.min_ram)],
              ['Memory, most', needs.max_ram === undefined ? undefined : mebibytes(needs.max_ram)],
              ['Root disk', image.image_size === undefined ? undefined : mebibytes(image.image_size)],
              ['SSH key', needs.ssh_key ? 'yes' : 'no'],
              ['Boot ROM', needs.bootrom],
            ]}
          />
        </Panel>
        <Panel title="File">
          {file ? (
            <Properties
              rows={[
                ['Size', bytes(file.size)],
                ['Compression', file.compression],
                ['SHA-256', <Digest key="sha256" text={file.sha256} />],
                ['SHA-1', <Digest key="sha1" text={file.sha1} />],
              ]}
            />
          ) : (
            <p className="text-muted">None yet. It becomes usable once it has one and is activated.</p>
          )}
        </Panel>
        {Object.keys(image.tags).length > 0 && (
          <Panel title="Tags">
            <Properties rows={Object.entries(image.tags)} />
          </Panel>
        )}
      </div>
    </>
  );
}

function Digest({ text }: { text: string }) {
  return (
    <span className="flex items-start gap-1">
      <span className="min-w-0 font-mono text-xs break-all">{text}</span>
      <CopyButton text={text} what="digest" />
    </span>
  );
}
