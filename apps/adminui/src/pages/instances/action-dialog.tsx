import { useState } from 'react';
import type { Vm } from '../../api/queries';
import { count, countOf } from '../../ui/amounts';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Field, Input } from '../../ui/field';
import { Mark } from '../../ui/state-badge';
import { split, type InstanceAction } from './actions';
import { doToMany, type Progress } from './do-to-many';

const effects: Partial<Record<InstanceAction['id'], string>> = {
  stop: 'What runs in there ends. Disks and addresses stay.',
  reboot: 'What runs in there ends and begins anew.',
  destroy: 'Its disks are destroyed and its addresses given back. This cannot be undone.',
  forget:
    'The cloud gives back what it kept for it: addresses, capacity, its name. If the server comes back, what is left there is removed.',
};

/**
 * Asks before something is done, as gravely as it is grave: what interrupts is named, what destroys one instance wants its name typed, what
 * destroys many their number. Shows how it goes, and what failed.
 */
export function ActionDialog({ action, vms, onClose }: { action: InstanceAction; vms: readonly Vm[]; onClose: (isDone: boolean) => void }) {
  const [{ able, unable }] = useState(() => split(action, vms)); // what was asked about, whatever changes meanwhile
  const [typed, setTyped] = useState('');
  const [progress, setProgress] = useState<Progress<Vm>>();
  const [isRunning, setRunning] = useState(false);
  const only = able.length === 1 ? able[0] : undefined;
  const wanted = only ? only.alias : String(able.length);
  const isFinished = progress !== undefined && !isRunning;

  const run = async (): Promise<void> => {
    setRunning(true);
    const { failed } = await doToMany(able, action.run, setProgress);
    setRunning(false);
    if (failed.length === 0) onClose(true);
  };
  const blocked =
    able.length === 0
      ? 'There is none that it could be done to.'
      : action.isDestructive && typed !== wanted
        ? `Type ${wanted} first.`
        : undefined;
  return (
    <Dialog
      title={`${action.title} ${only ? only.alias : countOf(able.length, 'instance')}`}
      onClose={() => !isRunning && onClose(isFinished)}
      footer={
        isFinished ? (
          <Button look="primary" onClick={() => onClose(true)}>
            Close
          </Button>
        ) : (
          <>
            <Button onClick={() => onClose(false)}>Cancel</Button>
            <Button look={action.isDestructive ? 'danger' : 'primary'} isBusy={isRunning} reason={blocked} onClick={() => void run()}>
              {only ? action.title : `${action.title} ${count(able.length)}`}
            </Button>
          </>
        )
      }
    >
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (blocked === undefined && !isRunning && !isFinished) void run();
        }}
      >
        <p>{effects[action.id]}</p>
        {[...unable].map(([reason, n]) => (
          <p key={reason} className="text-muted flex items-center gap-2">
            <Mark tone="warn" /> {countOf(n, 'instance')} left out: {reason}
          </p>
        ))}
        {action.isDestructive && able.length > 0 && !isFinished && (
          <Field label={only ? 'Type its name to go on' : 'Type their number to go on'} help={<span className="font-mono">{wanted}</span>}>
            <Input value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" spellCheck={false} />
          </Field>
        )}
        {progress && able.length > 1 && (
          <p role="status">
            {count(progress.done)} of {count(able.length)} asked for
          </p>
        )}
        {progress?.failed.map(({ thing, error }) => (
          <p key={thing.uuid} className="text-bad">
            <span className="font-medium">{thing.alias}</span>: {(error as Error).message}
          </p>
        ))}
      </form>
    </Dialog>
  );
}
