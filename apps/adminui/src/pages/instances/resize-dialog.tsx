import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { operatorRoutes as routes } from '@nereid/contracts/light';
import { call } from '../../api/call';
import { packagesQuery, type Vm } from '../../api/queries';
import { cores, mebibytes } from '../../ui/amounts';
import { Button } from '../../ui/button';
import { cx } from '../../ui/class-names';
import { FormDialog } from '../../ui/form-dialog';
import { toast } from '../../ui/toasts';
import { noResize, noSuchSize } from './resize-reasons';
import { Started } from './use-instance-action';

/** Gives an instance another package, while it runs. */
export function ResizeButton({ vm }: { vm: Vm }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button look="quiet" isSmall reason={noResize(vm)} onClick={() => setOpen(true)}>
        Resize…
      </Button>
      {isOpen && <ResizeDialog vm={vm} onClose={() => setOpen(false)} />}
    </>
  );
}

/** Every package, smallest first; those that it cannot have say why. */
function ResizeDialog({ vm, onClose }: { vm: Vm; onClose: () => void }) {
  const packages = [...(useQuery(packagesQuery).data ?? [])].sort((a, b) => a.max_physical_memory - b.max_physical_memory);
  const [chosen, choose] = useState<string>();
  const wanted = packages.find(({ uuid }) => uuid === chosen);
  const send = async (): Promise<void> => {
    if (!wanted) return;
    const { job_uuid: job } = await call(routes.actOnVm, {
      params: { uuid: vm.uuid },
      body: { action: 'update', billing_id: wanted.uuid },
    });
    toast('busy', <Started text={`Resizing ${vm.alias} to ${wanted.name}`} job={job} />);
  };
  return (
    <FormDialog title={`Resize ${vm.alias}`} verb="Resize" onClose={onClose} onSend={send}>
      {(complaints) => (
        <fieldset className="flex flex-col gap-1 sm:col-span-2">
          <legend className="text-muted mb-2">It keeps running, on the same server. Less disk than it has filled is refused.</legend>
          {packages.map((size) => {
            const reason = noSuchSize(vm, size);
            return (
              <label
                key={size.uuid}
                className={cx('border-line flex items-center gap-3 rounded-md border px-3 py-2', reason !== undefined && 'text-muted')}
              >
                <input
                  type="radio"
                  name="package"
                  required
                  value={size.uuid}
                  checked={chosen === size.uuid}
                  disabled={reason !== undefined}
                  onChange={() => choose(size.uuid)}
                />
                <span className="font-medium">{size.name}</span>
                <span>
                  {mebibytes(size.max_physical_memory)}, disk {mebibytes(size.quota)},{' '}
                  {size.cpu_cap === 0 ? 'no CPU cap' : cores(size.cpu_cap)}
                </span>
                {reason !== undefined && <span className="ml-auto">{reason}</span>}
              </label>
            );
          })}
          {complaints('package') && (
            <p role="alert" className="text-bad">
              {complaints('package')}
            </p>
          )}
        </fieldset>
      )}
    </FormDialog>
  );
}
