import { useState } from 'react';
import { operatorRoutes as routes, vmCan, type adminapi } from '@nereid/contracts/light';
import { call } from '../../api/call';
import { Button } from '../../ui/button';
import { Panel } from '../../ui/panel';
import { toast } from '../../ui/toasts';
import { PairDialog } from './pair-dialog';

type Vm = adminapi.VmObject;
type Kind = 'tag' | 'metadata';

export function MetadataTab({ vm }: { vm: Vm }) {
  return (
    <div className="grid items-start gap-4 xl:grid-cols-2">
      <Pairs vm={vm} kind="tag" title="Tags" pairs={Object.entries(vm.tags)} />
      <Pairs vm={vm} kind="metadata" title="Metadata" pairs={Object.entries(vm.customer_metadata)} />
    </div>
  );
}

/** Keys under which customers put secrets: shown only on request. */
const isSecret = (key: string): boolean => /_pw$|password|secret|token/i.test(key);

function Pairs({ vm, kind, title, pairs }: { vm: Vm; kind: Kind; title: string; pairs: [string, string | number | boolean][] }) {
  const [edited, setEdited] = useState<{ key?: string; value: string }>();
  const [shown, setShown] = useState<string>();
  const reason = vmCan('update', vm.state) ? undefined : `Not while it is ${vm.state}.`;
  const set = (key: string, value: string) =>
    call(routes.actOnVm, {
      params: { uuid: vm.uuid },
      body: { action: 'update', ...(kind === 'tag' ? { set_tags: { [key]: value } } : { set_customer_metadata: { [key]: value } }) },
    });
  const remove = (key: string): void => {
    const body = { action: 'update' as const, ...(kind === 'tag' ? { remove_tags: [key] } : { remove_customer_metadata: [key] }) };
    call(routes.actOnVm, { params: { uuid: vm.uuid }, body }).catch((error: Error) => toast('bad', error.message));
  };
  return (
    <Panel
      title={title}
      isFlush
      aside={
        <Button look="quiet" icon="plus" reason={reason} onClick={() => setEdited({ value: '' })}>
          Add
        </Button>
      }
    >
      {pairs.length === 0 && <p className="text-muted p-4">None.</p>}
      <ul>
        {pairs.map(([key, value]) => (
          <li key={key} className="border-line group hover:bg-hover flex items-start gap-4 border-b py-1.5 pr-2 pl-4 last:border-b-0">
            <span className="w-44 shrink-0 py-1 font-medium break-words">{key}</span>
            {isSecret(key) && shown !== key ? (
              <button type="button" className="text-muted min-w-0 flex-1 py-1 text-left" onClick={() => setShown(key)}>
                ••••••• show
              </button>
            ) : (
              <pre
                className="max-h-48 min-w-0 flex-1 overflow-auto py-1 font-mono text-xs leading-5 break-words whitespace-pre-wrap"
                tabIndex={0}
              >
                {String(value)}
              </pre>
            )}
            <Button look="quiet" className="h-7 px-2" reason={reason} onClick={() => setEdited({ key, value: String(value) })}>
              Edit
            </Button>
            <Button look="quiet" icon="trash" className="size-7" reason={reason} aria-label={`Remove ${key}`} onClick={() => remove(key)} />
          </li>
        ))}
      </ul>
      {edited && (
        <PairDialog
          what={kind === 'tag' ? 'tag' : 'metadata key'}
          isLong={kind === 'metadata'}
          name={edited.key}
          value={edited.value}
          onSave={set}
          onClose={() => setEdited(undefined)}
        />
      )}
    </Panel>
  );
}
