import { count as written } from '../../ui/amounts';
import { Button } from '../../ui/button';
import { cx } from '../../ui/class-names';
import { Panel } from '../../ui/panel';
import type { Choice } from './heatmap';

const ways: readonly (readonly [Choice, string])[] = [
  ['mark', 'Mark'],
  ['isolate', 'Only these'],
  ['exclude', 'All but these'],
];

/** What there is to tell apart, with its share; a click marks, the arrow goes in. Also the heat map in numbers. */
export function KeyList({
  totals,
  unit,
  nameOf,
  keys,
  choice,
  onChoose,
  onEnter,
}: {
  totals: readonly { readonly key: string; readonly count: number }[];
  unit: string;
  nameOf: (key: string) => string;
  keys: ReadonlySet<string>;
  choice: Choice;
  onChoose: (keys: ReadonlySet<string>, choice: Choice) => void;
  /** Undefined: there is no way further down. */
  onEnter: ((key: string) => void) | undefined;
}) {
  const all = totals.reduce((sum, { count }) => sum + count, 0);
  const toggle = (key: string): void => {
    const next = new Set(keys);
    if (!next.delete(key)) next.add(key);
    onChoose(next, next.size === 0 ? 'all' : choice === 'all' ? 'mark' : choice);
  };
  return (
    <Panel title={`${written(all)} ${unit} in two minutes`}>
      <div role="group" aria-label="How the chosen are drawn" className="mb-3 flex gap-1">
        {ways.map(([way, title]) => (
          <Button
            key={way}
            look={choice === way ? 'primary' : 'plain'}
            aria-pressed={choice === way}
            {...(keys.size === 0 && { reason: 'Choose something below first.' })}
            onClick={() => onChoose(keys, way)}
          >
            {title}
          </Button>
        ))}
      </div>
      <ul className="flex max-h-96 flex-col overflow-auto" aria-label="Told apart">
        {totals.slice(0, 100).map(({ key, count }) => (
          <li key={key} className="flex items-center gap-1">
            <button
              type="button"
              aria-pressed={keys.has(key)}
              onClick={() => toggle(key)}
              className={cx('hover:bg-hover flex h-8 min-w-0 flex-1 items-center gap-2 rounded-md px-2', keys.has(key) && 'bg-accent-soft')}
            >
              <span className="truncate">{nameOf(key) || 'all'}</span>
              <span className="text-muted ml-auto shrink-0 text-xs">
                {written(count)}, {all === 0 ? 0 : Math.round((count / all) * 100)} %
              </span>
            </button>
            {onEnter && key !== '' && (
              <Button look="quiet" icon="right" aria-label={`Go into ${nameOf(key)}`} onClick={() => onEnter(key)}>
                {undefined}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
