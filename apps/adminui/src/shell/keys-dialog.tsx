import { Dialog } from '../ui/dialog';
import { places } from './places';

const keys: readonly [string, readonly (readonly [string, string])[]][] = [
  [
    'Everywhere',
    [
      ['Ctrl K', 'Find or do anything'],
      ['c', 'Create an instance'],
      ['/', 'Search in this list'],
      ['?', 'This list'],
    ],
  ],
  ['Go to', places.map(({ key, title }) => [`g ${key}`, title] as const)],
  [
    'In a list',
    [
      ['j k ↓ ↑', 'Next, previous row'],
      ['Enter', 'Open it'],
      ['x', 'Select it'],
      ['Shift ↓ ↑', 'Select more'],
      ['Ctrl A', 'Select all rows that are loaded'],
      ['.', 'What can be done with it'],
      ['Esc', 'Select nothing'],
    ],
  ],
];

export function KeysDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose} width="w-[44rem]">
      <div className="grid gap-6 sm:grid-cols-3">
        {keys.map(([title, rows]) => (
          <section key={title}>
            <h3 className="text-muted mb-2 text-xs font-medium">{title}</h3>
            <dl className="grid grid-cols-[max-content_1fr] items-baseline gap-x-3 gap-y-1.5">
              {rows.map(([key, what]) => (
                <div key={key} className="contents">
                  <dt>
                    <kbd className="border-strong-line bg-ground rounded border px-1.5 py-0.5 font-sans text-xs">{key}</kbd>
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
