import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { operatorRoutes as routes } from '@nereid/contracts/light';
import { call } from '../../api/call';
import { nicTagsQuery } from '../../api/queries';
import { queryClient } from '../../api/query-client';
import { Field, Input, Select } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';

const words = (text: string): string[] => text.split(/[\s,]+/).filter((word) => word !== '');

export function CreateNetworkDialog({ onClose }: { onClose: () => void }) {
  const tags = useQuery(nicTagsQuery).data;
  const [form, setForm] = useState({
    name: '',
    description: '',
    subnet: '',
    from: '',
    to: '',
    gateway: '',
    resolvers: '',
    vlan: '0',
    tag: '',
  });
  const input = (field: keyof typeof form) => ({
    value: form[field],
    onChange: ({ target }: { target: { value: string } }) => setForm((now) => ({ ...now, [field]: target.value })),
    spellCheck: false,
  });
  const tag = form.tag || (tags?.[0]?.name ?? '');
  return (
    <FormDialog
      title="Create network"
      verb="Create"
      width="w-[38rem]"
      onClose={onClose}
      onSend={async () => {
        await call(routes.createNetwork, {
          body: {
            name: form.name,
            ...(form.description && { description: form.description }),
            nic_tag: tag,
            vlan_id: Number(form.vlan),
            subnet: form.subnet,
            provision_start_ip: form.from,
            provision_end_ip: form.to,
            ...(form.gateway && { gateway: form.gateway }),
            resolvers: words(form.resolvers),
          },
        });
        await queryClient.invalidateQueries({ queryKey: ['networks', 'list'] });
      }}
    >
      {(complaints) => (
        <>
          <Field label="Name" error={complaints('name')}>
            <Input {...input('name')} required maxLength={64} />
          </Field>
          <Field label="Description" error={complaints('description')}>
            <Input {...input('description')} maxLength={64} />
          </Field>
          <Field label="NIC tag" error={complaints('nic_tag')}>
            <Select {...input('tag')} value={tag}>
              {tags?.map(({ name }) => (
                <option key={name}>{name}</option>
              ))}
            </Select>
          </Field>
          <Field label="VLAN" error={complaints('vlan_id')} help="0: untagged">
            <Input {...input('vlan')} type="number" min={0} max={4094} required />
          </Field>
          <Field label="Subnet" error={complaints('subnet')}>
            <Input {...input('subnet')} required placeholder="10.20.0.0/24" />
          </Field>
          <Field label="Gateway" error={complaints('gateway')}>
            <Input {...input('gateway')} placeholder="10.20.0.1" />
          </Field>
          <Field label="First address given out" error={complaints('provision_start_ip')}>
            <Input {...input('from')} required placeholder="10.20.0.10" />
          </Field>
          <Field label="Last address given out" error={complaints('provision_end_ip')}>
            <Input {...input('to')} required placeholder="10.20.0.250" />
          </Field>
          <Field label="Resolvers" error={complaints('resolvers')} help="At most four, with commas between.">
            <Input {...input('resolvers')} />
          </Field>
        </>
      )}
    </FormDialog>
  );
}
