import { useMutation } from '@tanstack/react-query';
import { operatorRoutes as routes } from '@nereid/contracts/light';
import { callForPage } from '../../api/call';
import type { Vm, VmFilter } from '../../api/queries';
import { count, countOf } from '../../ui/amounts';
import { Button } from '../../ui/button';
import { toast } from '../../ui/toasts';
import { actionOf, split, type InstanceAction } from './actions';

const offered = (['start', 'stop', 'reboot', 'protect', 'destroy'] as const).map(actionOf);
/** More at once is a script's work, not a button's. */
const mostAtOnce = 5_000;

/** What can be done to all that is selected, with how many of them it can be done to; and to all that match, not only those loaded. */
export function SelectionBar({
  selected,
  loaded,
  filter,
  total,
  onAct,
  onClear,
}: {
  selected: readonly Vm[];
  loaded: number;
  filter: VmFilter;
  total: number | undefined;
  onAct: (action: InstanceAction, vms: readonly Vm[]) => void;
  onClear: () => void;
}) {
  const everyone = useMutation({ mutationFn: () => readAll(filter), onError: (error) => toast('bad', error.message) });
  const vms = everyone.data ?? selected;
  return (
    <div
      role="toolbar"
      aria-label="Selected instances"
      className="border-line bg-raised absolute inset-x-0 bottom-0 z-[6] flex min-h-12 flex-wrap items-center gap-2 border-t px-6 py-2"
    >
      <span role="status" className="mr-2 font-medium">
        {countOf(vms.length, 'instance')} selected
      </span>
      {offered.map((action) => {
        const { able, unable } = split(action, vms);
        return (
          <Button
            key={action.id}
            icon={action.icon}
            reason={able.length === 0 ? [...unable.keys()].join(' ') : undefined}
            onClick={() => onAct(action, vms)}
            className={action.isDestructive && able.length > 0 ? 'text-bad' : ''}
          >
            {action.title}
            {able.length < vms.length && able.length > 0 && <span className="text-muted font-normal">{count(able.length)}</span>}
          </Button>
        );
      })}
      {selected.length === loaded && total !== undefined && total > loaded && !everyone.data && (
        <Button
          look="quiet"
          isBusy={everyone.isPending}
          reason={total > mostAtOnce ? `At most ${count(mostAtOnce)} at once; narrow the list.` : undefined}
          onClick={() => everyone.mutate()}
        >
          Select all {count(total)} that match
        </Button>
      )}
      <Button look="quiet" icon="close" className="ml-auto" onClick={onClear}>
        Clear
      </Button>
    </div>
  );
}

async function readAll(filter: VmFilter): Promise<Vm[]> {
  const all: Vm[] = [];
  let marker: string | undefined;
  do {
    const page = await callForPage(routes.listVms, { query: { ...filter, limit: 1000, marker } });
    all.push(...page.items);
    marker = page.next;
  } while (marker !== undefined && all.length < mostAtOnce);
  return all;
}
