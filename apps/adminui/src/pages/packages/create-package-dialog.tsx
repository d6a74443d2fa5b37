import { useState } from 'react';
import { operatorRoutes as routes, type adminapi } from '@nereid/contracts/light';
import { call } from '../../api/call';
import { queryClient } from '../../api/query-client';
import { brands } from '../../api/states';
import { Checkbox, Field, Input, Select } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { nextVersion } from './next-version';

/** Makes a package, or the next version of one: what makes up a size never changes. */
export function CreatePackageDialog({ model, onClose }: { model: adminapi.PackageObject | null; onClose: () => void }) {
  const [form, setForm] = useState({
    name: model?.name ?? '',
    version: model ? nextVersion(model.version) : '1.0.0',
    memory: String(model?.max_physical_memory ?? 1024),
    swap: String(model?.max_swap ?? 4096),
    disk: String((model?.quota ?? 25_600) / 1024),
    cap: String(model?.cpu_cap ?? 100),
    lwps: String(model?.max_lwps ?? 4000),
    vcpus: String(model?.vcpus ?? ''),
    brand: model?.brand ?? '',
    isActive: true,
  });
  const input = (field: Exclude<keyof typeof form, 'isActive'>) => ({
    value: form[field],
    onChange: ({ target }: { target: { value: string } }) => setForm((now) => ({ ...now, [field]: target.value })),
    required: true,
  });
  return (
    <FormDialog
      title={model ? `Next version of ${model.name}` : 'Create package'}
      verb="Create"
      width="w-[36rem]"
      onClose={onClose}
      onSend={async () => {
        const brand = brands.find((each) => each === form.brand);
        await call(routes.createPackage, {
          body: {
            name: form.name,
            version: form.version,
            max_physical_memory: Number(form.memory),
            max_swap: Number(form.swap),
            quota: Number(form.disk) * 1024,
            cpu_cap: Number(form.cap),
            max_lwps: Number(form.lwps),
            ...(form.vcpus && { vcpus: Number(form.vcpus) }),
            ...(brand && { brand }),
            active: form.isActive,
          },
        });
        await queryClient.invalidateQueries({ queryKey: ['packages'] });
      }}
    >
      {(complaints) => (
        <>
          <Field label="Name" error={complaints('name')}>
            <Input {...input('name')} spellCheck={false} maxLength={64} />
          </Field>
          <Field label="Version" error={complaints('version')}>
            <Input {...input('version')} maxLength={64} />
          </Field>
          <Field label="Memory, MiB" error={complaints('max_physical_memory')}>
            <Input {...input('memory')} type="number" min={16} />
          </Field>
          <Field label="Memory and swap, MiB" error={complaints('max_swap')}>
            <Input {...input('swap')} type="number" min={16} />
          </Field>
          <Field label="Disk, GiB" error={complaints('quota')}>
            <Input {...input('disk')} type="number" min={1} />
          </Field>
          <Field label="CPU cap, percent of a core" error={complaints('cpu_cap')} help="0: none">
            <Input {...input('cap')} type="number" min={0} />
          </Field>
          <Field label="Processes, at most" error={complaints('max_lwps')}>
            <Input {...input('lwps')} type="number" min={16} />
          </Field>
          <Field label="VCPUs" error={complaints('vcpus')} help="Virtual machines only.">
            <Input {...input('vcpus')} required={false} type="number" min={1} max={64} />
          </Field>
          <Field label="Brand" error={complaints('brand')}>
            <Select {...input('brand')} required={false}>
              <option value="">any</option>
              {brands.map((brand) => (
                <option key={brand}>{brand}</option>
              ))}
            </Select>
          </Field>
          <div className="flex items-center pt-4">
            <Checkbox
              label="Can be chosen at once"
              checked={form.isActive}
              onChange={({ target }) => setForm((now) => ({ ...now, isActive: target.checked }))}
            />
          </div>
        </>
      )}
    </FormDialog>
  );
}
