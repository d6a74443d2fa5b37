import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Field, Input, Textarea } from '../../ui/field';
import { ErrorNote } from '../../ui/states';

/** Sets one key to a value. */
export function PairDialog({
  what,
  isLong,
  name,
  value,
  onSave,
  onClose,
}: {
  what: string;
  isLong: boolean;
  name: string | undefined;
  value: string;
  onSave: (name: string, value: string) => Promise<unknown>;
  onClose: () => void;
}) {
  const [newName, setName] = useState(name ?? '');
  const [newValue, setValue] = useState(value);
  const save = useMutation({ mutationFn: () => onSave(newName, newValue), onSuccess: onClose });
  return (
    <Dialog
      title={name === undefined ? `Add a ${what}` : `Change ${name}`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form="pair" isBusy={save.isPending}>
            Save
          </Button>
        </>
      }
    >
      <form
        id="pair"
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        {name === undefined && (
          <Field label="Name">
            <Input value={newName} onChange={(event) => setName(event.target.value)} required maxLength={255} spellCheck={false} />
          </Field>
        )}
        <Field label="Value">
          {isLong ? (
            <Textarea value={newValue} rows={10} onChange={(event) => setValue(event.target.value)} spellCheck={false} />
          ) : (
            <Input value={newValue} onChange={(event) => setValue(event.target.value)} spellCheck={false} />
          )}
        </Field>
        <ErrorNote error={save.error} />
      </form>
    </Dialog>
  );
}
