import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { adminapi } from '@nereid/contracts/light';
import { accountsQuery } from '../../../api/queries';
import { queryClient } from '../../../api/query-client';
import { router } from '../../../router';
import { bytes } from '../../../ui/amounts';
import { Button } from '../../../ui/button';
import { Dialog } from '../../../ui/dialog';
import { Checkbox, Field, Input, Select } from '../../../ui/field';
import { Meter } from '../../../ui/meter';
import { ErrorNote } from '../../../ui/states';
import { toast } from '../../../ui/toasts';
import { uploadImage, type UploadProgress } from './upload-image';

type Type = adminapi.ImageObject['type'];
type Os = adminapi.ImageObject['os'];

/** What an operator has, and what the manifest calls it. */
const kinds: readonly { readonly type: Type; readonly os: Os; readonly title: string }[] = [
  { type: 'lx-dataset', os: 'linux', title: 'Root file system of a Linux (tar), for zones' },
  { type: 'zone-dataset', os: 'smartos', title: 'Root file system of SmartOS (tar), for zones' },
  { type: 'zvol', os: 'linux', title: 'Disk of a Linux (raw), for virtual machines' },
  { type: 'zvol', os: 'windows', title: 'Disk of a Windows (raw), for virtual machines' },
  { type: 'zvol', os: 'other', title: 'Disk of something else (raw), for virtual machines' },
];
const cancelled = 'The dialog was closed.';
const stages = { digest: 'Reading it for its digest', file: 'Sending it', activation: 'Making it usable' };

/** Makes an image of a file on the operator's own machine. */
export function UploadDialog({ onClose }: { onClose: () => void }) {
  const accounts = useQuery(accountsQuery).data?.items;
  const [file, setFile] = useState<File>();
  const [form, setForm] = useState({ name: '', version: '1.0.0', kind: 0, owner: '', isPublic: false, diskGiB: '10' });
  const set = (change: Partial<typeof form>): void => setForm((now) => ({ ...now, ...change }));
  const [progress, setProgress] = useState<UploadProgress>();
  const leaving = useRef(new AbortController());
  useEffect(() => {
    const controller = new AbortController();
    leaving.current = controller;
    return () => controller.abort(new Error(cancelled));
  }, []);
  const kind = kinds[form.kind]!;
  const upload = useMutation({
    mutationFn: () => {
      const manifest = {
        owner: form.owner || accounts![0]!.uuid,
        name: form.name,
        version: form.version,
        type: kind.type,
        os: kind.os,
        public: form.isPublic,
        ...(kind.type === 'zvol' && { image_size: Number(form.diskGiB) * 1024 }),
      };
      return uploadImage(manifest, file!, setProgress, leaving.current.signal);
    },
    onSuccess: (uuid) => {
      void queryClient.invalidateQueries({ queryKey: ['images', 'list'] });
      onClose();
      void router.navigate({ to: '/images/$uuid', params: { uuid } });
    },
    onError: (error) => {
      // Nobody sees the dialog any more.
      if (error.message === cancelled) toast('off', 'The upload was cancelled; nothing of it is kept.');
      void queryClient.invalidateQueries({ queryKey: ['images', 'list'] });
    },
    onSettled: () => setProgress(undefined),
  });
  return (
    <Dialog
      title="Upload an image"
      onClose={onClose}
      width="w-[38rem]"
      footer={
        <>
          <Button onClick={onClose}>{upload.isPending ? 'Cancel upload' : 'Cancel'}</Button>
          <Button
            look="primary"
            type="submit"
            form="upload-image"
            isBusy={upload.isPending}
            reason={file ? undefined : 'Choose a file first.'}
          >
            Upload
          </Button>
        </>
      }
    >
      <form
        id="upload-image"
        className="grid gap-4 sm:grid-cols-2"
        onSubmit={(event) => {
          event.preventDefault();
          upload.mutate();
        }}
      >
        <div className="sm:col-span-2">
          <Field label="File" help={file ? bytes(file.size) : 'A tar or a raw disk, as it is or compressed by gzip.'}>
            <Input
              type="file"
              required
              className="h-auto py-1"
              onChange={({ target }) => {
                const chosen = target.files?.[0];
                setFile(chosen);
                if (chosen && form.name === '') set({ name: chosen.name.replace(/\.(tar|raw|img|tgz|gz|zfs)\b/g, '') });
              }}
            />
          </Field>
        </div>
        <Field label="Name">
          <Input value={form.name} onChange={({ target }) => set({ name: target.value })} required maxLength={512} spellCheck={false} />
        </Field>
        <Field label="Version">
          <Input value={form.version} onChange={({ target }) => set({ version: target.value })} required maxLength={128} />
        </Field>
        <div className="sm:col-span-2">
          <Field label="Kind">
            <Select value={form.kind} onChange={({ target }) => set({ kind: Number(target.value) })}>
              {kinds.map(({ title }, n) => (
                <option key={title} value={n}>
                  {title}
                </option>
              ))}
            </Select>
          </Field>
        </div>
        <Field label="Account">
          <Select value={form.owner} onChange={({ target }) => set({ owner: target.value })}>
            {accounts?.map(({ uuid, login }) => (
              <option key={uuid} value={uuid}>
                {login}
              </option>
            ))}
          </Select>
        </Field>
        {kind.type === 'zvol' ? (
          <Field label="Disk, GiB">
            <Input type="number" min={1} value={form.diskGiB} onChange={({ target }) => set({ diskGiB: target.value })} required />
          </Field>
        ) : null}
        <div className="self-end pb-1.5">
          <Checkbox label="For all accounts" checked={form.isPublic} onChange={({ target }) => set({ isPublic: target.checked })} />
        </div>
        <div className="flex flex-col gap-2 sm:col-span-2">
          {progress && file && (
            <div role="status">
              <div className="mb-1.5 flex items-baseline justify-between">
                <span className="font-medium">{stages[progress.stage]}</span>
                <span className="text-muted">
                  {bytes(progress.doneBytes)} of {bytes(file.size)}
                </span>
              </div>
              <Meter isWide look="progress" label={stages[progress.stage]} used={progress.doneBytes} total={file.size} />
            </div>
          )}
          <ErrorNote error={upload.error} />
        </div>
      </form>
    </Dialog>
  );
}
