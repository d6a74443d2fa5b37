import type { adminapi } from '@nereid/contracts/light';
import { count } from '../../ui/amounts';
import { Icon } from '../../ui/icon';
import { Panel } from '../../ui/panel';
import { EmptyState } from '../../ui/states';
import { capabilityWords, groupWords } from './capability-words';

/** What a server can do, by subject; of what it cannot, why, and of what it can in part, what is missing. */
export function Capabilities({ server }: { server: adminapi.ServerObject }) {
  const all = Object.entries(server.capabilities);
  if (all.length === 0) return <EmptyState icon="servers" title="It has not told yet what it can do" />;
  const groups = Object.entries(groupWords).map(([group, title]) => ({
    group,
    title,
    items: all
      .filter(([name]) => name.startsWith(`${group}.`))
      .map(([name, capability]) => ({ ...capability, words: capabilityWords[name] ?? name.slice(group.length + 1) }))
      .sort((a, b) => a.words.localeCompare(b.words)),
  }));
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2 2xl:grid-cols-3">
      {groups
        .filter(({ items }) => items.length > 0)
        .map(({ group, title, items }) => (
          <Panel
            key={group}
            title={title}
            isFlush
            aside={
              <span className="text-muted text-xs">
                {count(items.filter(({ can }) => can).length)} of {count(items.length)}
              </span>
            }
          >
            <ul>
              {items.map(({ words, can, reason }) => (
                <li key={words} className="border-line flex items-start gap-2.5 border-b px-4 py-2 last:border-b-0">
                  <Icon name={can ? 'check' : 'close'} className={can ? 'text-good mt-0.5 shrink-0' : 'text-muted mt-0.5 shrink-0'} />
                  <span className="min-w-0">
                    <span className={can ? undefined : 'text-muted'}>{words}</span>
                    <span className="sr-only">{can ? ': yes' : ': no'}</span>
                    {reason !== undefined && <span className="text-muted block text-xs">{reason}</span>}
                  </span>
                </li>
              ))}
            </ul>
          </Panel>
        ))}
    </div>
  );
}
