import { useState } from 'react';
import { operatorRoutes as routes } from '@nereid/contracts/light';
import { call } from '../../api/call';
import { queryClient } from '../../api/query-client';
import { router } from '../../router';
import { Checkbox, Field, Input } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';

export function CreateAccountDialog({ onClose }: { onClose: () => void }) {
  const [form, setForm] = useState({ login: '', email: '', company: '', isApproved: true });
  return (
    <FormDialog
      title="Create account"
      verb="Create"
      onClose={onClose}
      onSend={async () => {
        const { uuid } = await call(routes.createAccount, {
          body: {
            login: form.login,
            email: form.email,
            ...(form.company && { company_name: form.company }),
            approved_for_provisioning: form.isApproved,
          },
        });
        await queryClient.invalidateQueries({ queryKey: ['accounts', 'list'] });
        await router.navigate({ to: '/accounts/$uuid', params: { uuid } });
      }}
    >
      {(complaints) => (
        <>
          <Field label="Login" error={complaints('login')}>
            <Input
              value={form.login}
              onChange={({ target }) => setForm((now) => ({ ...now, login: target.value }))}
              required
              spellCheck={false}
            />
          </Field>
          <Field label="Mail" error={complaints('email')}>
            <Input
              type="email"
              value={form.email}
              onChange={({ target }) => setForm((now) => ({ ...now, email: target.value }))}
              required
            />
          </Field>
          <Field label="Company" error={complaints('company_name')}>
            <Input value={form.company} onChange={({ target }) => setForm((now) => ({ ...now, company: target.value }))} />
          </Field>
          <div className="flex items-center pt-4">
            <Checkbox
              label="May make instances"
              checked={form.isApproved}
              onChange={({ target }) => setForm((now) => ({ ...now, isApproved: target.checked }))}
            />
          </div>
        </>
      )}
    </FormDialog>
  );
}
