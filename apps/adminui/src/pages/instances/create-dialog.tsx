import { useMutation, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { ServiceError, operatorRoutes as routes } from '@nereid/contracts/light';
import { call } from '../../api/call';
import { accountsQuery, imagesQuery, networksQuery, packagesQuery, serversQuery } from '../../api/queries';
import { router } from '../../router';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Checkbox, Field, Input, Select, Textarea } from '../../ui/field';
import { mebibytes } from '../../ui/amounts';
import { ErrorNote } from '../../ui/states';
import { toast } from '../../ui/toasts';
import { createBody, emptyForm, type CreateForm } from './create-form';
import { CreatePreview } from './create-preview';
import { Started } from './use-instance-action';

/** Makes an instance: the choices at the left, what will be sent at the right. What the cloud objects to stands at its field. */
export function CreateDialog({ onClose }: { onClose: () => void }) {
  const accounts = useQuery(accountsQuery).data?.items;
  const images = useQuery(imagesQuery).data?.filter(({ state }) => state === 'active');
  const packages = useQuery(packagesQuery).data?.filter(({ active }) => active);
  const networks = useQuery(networksQuery).data;
  const servers = useQuery(serversQuery).data?.items;
  const [chosen, setChosen] = useState<Partial<CreateForm>>({});
  const set = (change: Partial<CreateForm>): void => setChosen((now) => ({ ...now, ...change }));
  // What is not chosen yet is what most people would: the first of each.
  const form: CreateForm = {
    ...emptyForm,
    owner: accounts?.[0]?.uuid ?? '',
    image: images?.[0]?.uuid ?? '',
    size: packages?.find((each) => each.default)?.uuid ?? packages?.[0]?.uuid ?? '',
    networks: networks?.[0] ? [networks[0].uuid] : [],
    ...chosen,
  };
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const [attempts, setAttempts] = useState(0);
  const create = useMutation({
    mutationFn: () => call(routes.createVm, { body: createBody(form), idempotencyKey: `${idempotencyKey}-${attempts}` }),
    onSuccess: ({ vm_uuid: uuid, job_uuid: job }) => {
      toast('busy', <Started text={`Creating ${form.alias || 'an instance'}`} job={job} />);
      onClose();
      void router.navigate({ to: '/instances/$uuid', params: { uuid } });
    },
    // A refused request is another one once it is corrected; one without an answer is the same again.
    onError: (error) => {
      if (error instanceof ServiceError && error.status < 500) setAttempts((n) => n + 1);
    },
  });
  const complaints = useMemo(() => {
    const fields = create.error instanceof ServiceError ? (create.error.errors ?? []) : [];
    return (name: string): string | undefined => fields.find(({ field }) => field === name || field.startsWith(`${name}.`))?.message;
  }, [create.error]);
  const missing = [
    accounts?.length === 0 && 'an account',
    images?.length === 0 && 'an active image',
    packages?.length === 0 && 'an active package',
    networks?.length === 0 && 'a network',
  ].filter(Boolean);

  return (
    <Dialog
      title="Create instance"
      onClose={onClose}
      width="w-[58rem]"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            type="submit"
            form="create"
            isBusy={create.isPending}
            reason={missing.length > 0 ? `The cloud needs ${missing.join(', ')} first.` : undefined}
          >
            Create
          </Button>
        </>
      }
    >
      <form
        id="create"
        className="grid gap-6 md:grid-cols-[minmax(0,1fr)_20rem]"
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate();
        }}
      >
        <div className="grid content-start gap-4 sm:grid-cols-2">
          <Field label="Name" error={complaints('alias')} help="Empty: the first eight digits of its id.">
            <Input value={form.alias} onChange={(event) => set({ alias: event.target.value })} maxLength={189} spellCheck={false} />
          </Field>
          <Field label="Account" error={complaints('owner_uuid')}>
            <Select value={form.owner} onChange={(event) => set({ owner: event.target.value })}>
              {accounts?.map(({ uuid, login }) => (
                <option key={uuid} value={uuid}>
                  {login}
                </option>
              ))}
            </Select>
          </Field>
          <Field label="Image" error={complaints('image_uuid')}>
            <Select value={form.image} onChange={(event) => set({ image: event.target.value })}>
              {images?.map(({ uuid, name, version, os }) => (
                <option key={uuid} value={uuid}>
                  {name} {version} ({os})
                </option>
              ))}
            </Select>
          </Field>
          <Field label="Package" error={complaints('billing_id')}>
            <Select value={form.size} onChange={(event) => set({ size: event.target.value })}>
              {packages?.map(({ uuid, name, max_physical_memory, quota }) => (
                <option key={uuid} value={uuid}>
                  {name} ({mebibytes(max_physical_memory)}, {mebibytes(quota)} disk)
                </option>
              ))}
            </Select>
          </Field>
          <fieldset className="sm:col-span-2">
            <legend className="mb-1 font-medium">Networks</legend>
            <div className="border-line max-h-36 overflow-auto rounded-md border px-3 py-1.5">
              {networks?.map(({ uuid, name, subnet, ip_counts }) => (
                <Checkbox
                  key={uuid}
                  checked={form.networks.includes(uuid)}
                  onChange={({ target }) =>
                    set({ networks: target.checked ? [...form.networks, uuid] : form.networks.filter((each) => each !== uuid) })
                  }
                  label={
                    <>
                      {name} <span className="text-muted">{subnet}</span>
                      {form.networks[0] === uuid && <span className="text-accent ml-2 text-xs">primary</span>}
                      {ip_counts.used >= ip_counts.total && <span className="text-bad ml-2 text-xs">full</span>}
                    </>
                  }
                />
              ))}
            </div>
            {complaints('networks') && <p className="text-bad mt-1 text-xs">{complaints('networks')}</p>}
          </fieldset>
          <Field label="Tags" error={complaints('tags')} help="key=value, one a line">
            <Textarea value={form.tags} rows={3} onChange={(event) => set({ tags: event.target.value })} spellCheck={false} />
          </Field>
          <Field label="Start script" error={complaints('customer_metadata')} help="Runs at each boot (user-script).">
            <Textarea value={form.script} rows={3} onChange={(event) => set({ script: event.target.value })} spellCheck={false} />
          </Field>
          <Field label="Server" error={complaints('server_uuid')} help="Placement chooses the best unless you must.">
            <Select value={form.server} onChange={(event) => set({ server: event.target.value })}>
              <option value="">The best</option>
              {servers?.map(({ uuid, hostname, state }) => (
                <option key={uuid} value={uuid}>
                  {hostname}
                  {state !== 'up' && ` (${state})`}
                </option>
              ))}
            </Select>
          </Field>
          <div className="flex flex-col justify-center">
            <Checkbox label="Firewall" checked={form.hasFirewall} onChange={({ target }) => set({ hasFirewall: target.checked })} />
            <Checkbox
              label="Protect from deletion"
              checked={form.isProtected}
              onChange={({ target }) => set({ isProtected: target.checked })}
            />
          </div>
          <div className="sm:col-span-2">
            <ErrorNote error={create.error} />
          </div>
        </div>
        <CreatePreview
          form={form}
          image={images?.find(({ uuid }) => uuid === form.image)}
          size={packages?.find(({ uuid }) => uuid === form.size)}
          networkNames={form.networks.map((uuid) => networks?.find((network) => network.uuid === uuid)?.name ?? uuid)}
        />
      </form>
    </Dialog>
  );
}
