import { useState } from 'react';
import { operatorRoutes as routes, type adminapi } from '@nereid/contracts/light';
import { call } from '../../api/call';
import { usageQuery } from '../../api/queries';
import { queryClient } from '../../api/query-client';
import { Field, Input } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';

const kinds = [
  ['instances', 'Instances'],
  ['memory_mib', 'Memory, MiB'],
  ['quota_gib', 'Disk, GiB'],
] as const;

export function LimitsDialog({
  uuid,
  login,
  usage,
  onClose,
}: {
  uuid: string;
  login: string;
  usage: adminapi.UsageObject;
  onClose: () => void;
}) {
  const [form, setForm] = useState<Record<string, string>>(() =>
    Object.fromEntries(kinds.map(([key]) => [key, String(usage.limits[key] ?? '')])),
  );
  return (
    <FormDialog
      title={`Limits of ${login}`}
      verb="Save"
      onClose={onClose}
      onSend={async () => {
        const limits = Object.fromEntries(kinds.filter(([key]) => form[key] !== '').map(([key]) => [key, Number(form[key])]));
        queryClient.setQueryData(usageQuery(uuid).queryKey, await call(routes.setLimits, { params: { uuid }, body: limits }));
      }}
    >
      {(complaints) =>
        kinds.map(([key, title]) => (
          <Field key={key} label={title} error={complaints(key)} help={`Uses ${usage[key]}. Empty: no limit.`}>
            <Input type="number" min={0} value={form[key]} onChange={({ target }) => setForm((now) => ({ ...now, [key]: target.value }))} />
          </Field>
        ))
      }
    </FormDialog>
  );
}
