import { Link } from '@tanstack/react-router';
import type { adminapi } from '@nereid/contracts/light';
import { Panel } from '../../ui/panel';
import { Icon } from '../../ui/icon';
import { Mark } from '../../ui/state-badge';
import { EmptyState } from '../../ui/states';
import { Time } from '../../ui/time';

type Item = adminapi.AttentionItem;

const pages = {
  server: '/servers/$uuid',
  job: '/jobs/$uuid',
  vm: '/instances/$uuid',
  network: '/networks/$uuid',
  image: '/images/$uuid',
} as const satisfies Record<Item['resource'], string>;

const words: Record<Item['kind'], string> = {
  'server-down': 'server is down',
  'server-suspect': 'server is silent',
  'server-full': 'server is full',
  'job-stuck': 'job is stuck',
  'job-failed': 'job failed',
  'vm-failed': 'instance could not be made',
  'vm-unknown': 'instance is lost from sight',
  'network-full': 'network is full',
  'image-failed': 'image could not be made',
};

/** Everything that needs somebody, worst first. */
export function AttentionQueue({ items }: { items: readonly Item[] }) {
  return (
    <Panel
      title="Needs attention"
      isFlush
      aside={items.length > 0 && <span className="text-muted">{items.length === 200 ? 'the worst 200' : items.length}</span>}
    >
      {items.length === 0 ? (
        <EmptyState icon="check" title="Nothing needs you">
          Servers that fall silent, jobs that fail or get stuck, instances that are lost, and what runs full will appear here.
        </EmptyState>
      ) : (
        <ul className="max-h-[26rem] overflow-auto">
          {items.map((item) => (
            <li key={`${item.kind} ${item.uuid}`} className="border-line border-b last:border-b-0">
              <Link
                to={pages[item.resource]}
                params={{ uuid: item.uuid }}
                className="hover:bg-hover flex items-start gap-3 px-4 py-2.5 focus-visible:-outline-offset-2"
              >
                <span className="pt-1.5">
                  <Mark tone={item.severity === 'critical' ? 'bad' : 'warn'} />
                  <span className="sr-only">{item.severity}</span>
                </span>
                <span className="min-w-0 flex-1">
                  <span className="font-medium">{item.name}</span>
                  <span className="text-muted ml-2 text-xs">{words[item.kind]}</span>
                  <span className="text-muted block">{item.message}</span>
                </span>
                <span className="text-muted shrink-0 pt-0.5 text-xs">
                  <Time at={item.since} />
                </span>
                <Icon name="right" className="text-muted mt-0.5 shrink-0" />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
