import { useMutation } from '@tanstack/react-query';
import { useId, type ReactNode } from 'react';
import { ServiceError } from '@nereid/contracts/light';
import { Button } from './button';
import { Dialog } from './dialog';
import { ErrorNote } from './states';

/** What the cloud objected to at a field, by the field's name in the request. */
export type Complaints = (field: string) => string | undefined;

/** A form in a dialog that sends one request; what the cloud objects to stands at its field, and beneath. */
export function FormDialog({
  title,
  verb,
  onClose,
  onSend,
  width,
  children,
}: {
  title: string;
  verb: string;
  onClose: () => void;
  onSend: () => Promise<unknown>;
  width?: string;
  children: (complaints: Complaints) => ReactNode;
}) {
  const formId = useId();
  const send = useMutation({ mutationFn: onSend, onSuccess: onClose });
  const fields = send.error instanceof ServiceError ? (send.error.errors ?? []) : [];
  return (
    <Dialog
      title={title}
      onClose={onClose}
      {...(width && { width })}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form={formId} isBusy={send.isPending}>
            {verb}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="grid gap-4 sm:grid-cols-2"
        onSubmit={(event) => {
          event.preventDefault();
          send.mutate();
        }}
      >
        {children((name) => fields.find(({ field }) => field === name)?.message)}
        {send.error && (
          <div className="sm:col-span-2">
            <ErrorNote error={send.error} />
          </div>
        )}
      </form>
    </Dialog>
  );
}
