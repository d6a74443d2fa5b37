import type { adminapi } from '@nereid/contracts/light';
import { Panel } from '../../ui/panel';
import { Icon } from '../../ui/icon';

/** What a server can do; of what it cannot, why. What it can in part comes between. */
export function Capabilities({ server }: { server: adminapi.ServerObject }) {
  const all = Object.entries(server.capabilities).sort(([a], [b]) => a.localeCompare(b));
  return (
    <Panel title="What it can do" aside={<span className="text-muted">{server.brands.join(', ') || 'no brands'}</span>}>
      {all.length === 0 ? (
        <p className="text-muted">It has not told yet.</p>
      ) : (
        <ul className="flex max-h-80 flex-col gap-1.5 overflow-auto" tabIndex={0} aria-label="Capabilities">
          {all.map(([name, capability]) => (
            <li key={name} className="grid grid-cols-[1rem_8.5rem_minmax(0,1fr)] items-start gap-2">
              <Icon name={capability.can ? 'check' : 'close'} className={capability.can ? 'text-good mt-0.5' : 'text-muted mt-0.5'} />
              <span>
                {name}
                <span className="sr-only">{capability.can ? ': yes' : ': no'}</span>
              </span>
              <span className="text-muted text-xs leading-5">{capability.reason}</span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
