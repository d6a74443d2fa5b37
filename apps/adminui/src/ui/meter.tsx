import { cx } from './class-names';

/** How full something is. From 85 % on it is worth a look, from 97 % on it is full. */
export function Meter({
  used,
  total,
  label,
  isWide = false,
  look = 'fullness',
}: {
  used: number;
  total: number;
  label: string;
  isWide?: boolean;
  /** `progress`: to be full is what is wanted. */
  look?: 'fullness' | 'progress';
}) {
  const share = total > 0 ? Math.min(1, used / total) : 0;
  return (
    <div
      role={look === 'progress' ? 'progressbar' : 'meter'}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
      className={cx('bg-line overflow-hidden rounded-full', isWide ? 'h-2 w-full' : 'h-1.5 w-full max-w-16 min-w-8')}
    >
      <div
        className={cx('h-full rounded-full', look === 'progress' || share < 0.85 ? 'bg-accent' : share < 0.97 ? 'bg-warn' : 'bg-bad')}
        style={{ width: `${Math.max(share * 100, used > 0 ? 2 : 0)}%` }}
      />
    </div>
  );
}
