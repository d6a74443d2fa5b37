import { Button } from '../../ui/button';
import type { Step } from './drill';

/** Where one is on the way down from the whole fleet, and the way back up. */
export function Trail({
  steps,
  nameOf,
  onGo,
}: {
  steps: readonly Step[];
  nameOf: (key: string) => string;
  onGo: (steps: readonly Step[]) => void;
}) {
  return (
    <nav aria-label="Narrowed to" className="flex flex-wrap items-center gap-1">
      <Button look="quiet" onClick={() => onGo([])}>
        Whole fleet
      </Button>
      {steps.map(({ field, key }, n) => (
        <span key={field} className="flex items-center gap-1">
          <span aria-hidden className="text-muted">
            ›
          </span>
          <Button look="quiet" aria-current={n === steps.length - 1 ? 'page' : undefined} onClick={() => onGo(steps.slice(0, n + 1))}>
            {nameOf(key)}
          </Button>
        </span>
      ))}
    </nav>
  );
}
