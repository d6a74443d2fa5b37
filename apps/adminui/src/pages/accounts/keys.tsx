import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { operatorRoutes as routes } from '@nereid/contracts/light';
import { call } from '../../api/call';
import { keysQuery } from '../../api/queries';
import { queryClient } from '../../api/query-client';
import { Button } from '../../ui/button';
import { Field, Input, Textarea } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { Icon } from '../../ui/icon';
import { Panel } from '../../ui/panel';
import { ErrorState, Loading } from '../../ui/states';
import { Time } from '../../ui/time';

/** The keys by which an account signs its requests, and that its instances let in. */
export function Keys({ uuid }: { uuid: string }) {
  const { data: keys, error, refetch } = useQuery(keysQuery(uuid));
  const [isAdding, setAdding] = useState(false);
  const [removed, setRemoved] = useState<{ name: string; fingerprint: string }>();
  const [form, setForm] = useState({ name: '', key: '' });
  const read = (): Promise<void> => queryClient.invalidateQueries(keysQuery(uuid));
  return (
    <Panel
      title="SSH keys"
      isFlush
      aside={
        <Button
          look="quiet"
          icon="plus"
          onClick={() => {
            setForm({ name: '', key: '' });
            setAdding(true);
          }}
        >
          Add
        </Button>
      }
    >
      {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : !keys ? <Loading rows={3} /> : null}
      {keys?.length === 0 && <p className="text-muted p-4">None. Without a key it cannot sign requests.</p>}
      <ul>
        {keys?.map((key) => (
          <li key={key.fingerprint} className="border-line flex items-center gap-3 border-b py-2 pr-2 pl-4 last:border-b-0">
            <Icon name="key" className="text-muted shrink-0" />
            <div className="min-w-0 flex-1">
              <div className="flex gap-2">
                <span className="truncate font-medium">{key.name}</span>
                <span className="text-muted">{key.type}</span>
                <span className="text-muted ml-auto text-xs">
                  <Time at={key.created_at} />
                </span>
              </div>
              <div className="text-muted truncate font-mono text-xs" title={key.sha256_fingerprint}>
                {key.fingerprint}
              </div>
            </div>
            <Button look="quiet" icon="trash" className="size-7" aria-label={`Remove key ${key.name}`} onClick={() => setRemoved(key)} />
          </li>
        ))}
      </ul>
      {isAdding && (
        <FormDialog
          title="Add a key"
          verb="Add"
          onClose={() => setAdding(false)}
          onSend={async () => {
            await call(routes.createKey, { params: { uuid }, body: { key: form.key.trim(), ...(form.name && { name: form.name }) } });
            await read();
          }}
        >
          {(complaints) => (
            <div className="flex flex-col gap-4 sm:col-span-2">
              <Field label="Public key" error={complaints('key')} help="A line as in id_ed25519.pub.">
                <Textarea
                  value={form.key}
                  onChange={({ target }) => setForm((now) => ({ ...now, key: target.value }))}
                  required
                  spellCheck={false}
                />
              </Field>
              <Field label="Name" error={complaints('name')} help="Empty: its comment, or its fingerprint.">
                <Input value={form.name} onChange={({ target }) => setForm((now) => ({ ...now, name: target.value }))} maxLength={64} />
              </Field>
            </div>
          )}
        </FormDialog>
      )}
      {removed && (
        <FormDialog
          title={`Remove key ${removed.name}`}
          verb="Remove"
          onClose={() => setRemoved(undefined)}
          onSend={async () => {
            await call(routes.deleteKey, { params: { uuid, fingerprint: removed.fingerprint } });
            await read();
          }}
        >
          {() => <p className="sm:col-span-2">Requests that are signed by it are refused from now on.</p>}
        </FormDialog>
      )}
    </Panel>
  );
}
