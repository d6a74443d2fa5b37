import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { operatorRoutes as routes, vmCan } from '@nereid/contracts/light';
import { call } from '../../api/call';
import { queryClient } from '../../api/query-client';
import { vmQuery, type Vm } from '../../api/queries';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Field, Input } from '../../ui/field';
import { ErrorNote } from '../../ui/states';

export function RenameButton({ vm }: { vm: Vm }) {
  const [isOpen, setOpen] = useState(false);
  const [alias, setAlias] = useState(vm.alias);
  const rename = useMutation({
    mutationFn: () => call(routes.actOnVm, { params: { uuid: vm.uuid }, body: { action: 'update', alias } }),
    onSuccess: () => {
      setOpen(false);
      void queryClient.invalidateQueries(vmQuery(vm.uuid));
    },
  });
  return (
    <>
      <Button
        look="quiet"
        isSmall
        reason={vmCan('rename', vm.state) ? undefined : `Not while it is ${vm.state}.`}
        onClick={() => {
          setAlias(vm.alias);
          setOpen(true);
        }}
      >
        Rename
      </Button>
      {isOpen && (
        <Dialog
          title={`Rename ${vm.alias}`}
          onClose={() => setOpen(false)}
          footer={
            <>
              <Button onClick={() => setOpen(false)}>Cancel</Button>
              <Button look="primary" type="submit" form="rename" isBusy={rename.isPending}>
                Rename
              </Button>
            </>
          }
        >
          <form
            id="rename"
            className="flex flex-col gap-3"
            onSubmit={(event) => {
              event.preventDefault();
              rename.mutate();
            }}
          >
            <Field label="Name" help="Letters, digits, _ . and -. Unique within its account.">
              <Input value={alias} onChange={(event) => setAlias(event.target.value)} required maxLength={189} spellCheck={false} />
            </Field>
            <ErrorNote error={rename.error} />
          </form>
        </Dialog>
      )}
    </>
  );
}
