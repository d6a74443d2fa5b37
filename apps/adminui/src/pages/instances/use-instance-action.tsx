import { Link } from '@tanstack/react-router';
import { useCallback, useState, type ReactNode } from 'react';
import type { Vm } from '../../api/queries';
import { toast } from '../../ui/toasts';
import { ActionDialog } from './action-dialog';
import type { InstanceAction } from './actions';

/** Does an action to one instance or several: at once when it harms nothing, after asking otherwise. Render `dialog`. `act` changes with `onDone`. */
export function useInstanceAction(onDone: () => void = nothing): {
  act: (action: InstanceAction, vms: readonly Vm[]) => void;
  dialog: ReactNode;
} {
  const [asked, setAsked] = useState<{ action: InstanceAction; vms: readonly Vm[] }>();
  const act = useCallback(
    (action: InstanceAction, vms: readonly Vm[]): void => {
      const [only] = vms;
      if (action.isDisruptive || vms.length > 1 || !only) {
        setAsked({ action, vms });
        return;
      }
      action.run(only).then(
        (job) => {
          toast('busy', <Started text={`${action.doing} ${only.alias}`} job={job} />);
          onDone();
        },
        (error: Error) => toast('bad', `${only.alias}: ${error.message}`),
      );
    },
    [onDone],
  );
  const dialog = asked && (
    <ActionDialog
      action={asked.action}
      vms={asked.vms}
      onClose={(isDone) => {
        setAsked(undefined);
        if (isDone) onDone();
      }}
    />
  );
  return { act, dialog };
}

function nothing(): void {}

export function Started({ text, job }: { text: string; job: string | undefined }) {
  return (
    <>
      {text}
      {job && (
        <>
          {' · '}
          <Link to="/jobs/$uuid" params={{ uuid: job }} className="text-accent underline underline-offset-2">
            job
          </Link>
        </>
      )}
    </>
  );
}
