import { cx } from './class-names';

// State is told by shape and word; colour only repeats it.

export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'off';

const toneOf: Record<string, Tone> = {
  // instances
  running: 'good', provisioning: 'busy', stopping: 'busy', stopped: 'off', failed: 'bad', offline: 'bad', unknown: 'warn', destroyed: 'off',
  // servers
  new: 'busy', up: 'good', suspect: 'warn', down: 'bad',
  // images
  active: 'good', unactivated: 'off', disabled: 'off', creating: 'busy',
}; // prettier-ignore

/** Of a job `running` is work under way, not the good end that it is of an instance. */
const toneOfJob: Record<string, Tone> = {
  queued: 'off', running: 'busy', waiting: 'busy', undoing: 'warn', succeeded: 'good', failed: 'bad', canceled: 'off', stuck: 'bad',
  started: 'busy', done: 'good',
}; // prettier-ignore

const colour: Record<Tone, string> = { good: 'text-good', busy: 'text-busy', warn: 'text-warn', bad: 'text-bad', off: 'text-off' };

export function toneOfState(state: string, of: 'job' | 'thing' = 'thing'): Tone {
  return (of === 'job' ? toneOfJob : toneOf)[state] ?? 'off';
}

/** The mark of a tone: full for good, a turning part for busy, a triangle for what is wrong, a ring for what rests. */
export function Mark({ tone, size = 10 }: { tone: Tone; size?: number }) {
  return (
    <svg aria-hidden width={size} height={size} viewBox="0 0 10 10" className={cx('shrink-0', colour[tone], tone === 'busy' && 'turn')}>
      {tone === 'good' && <circle cx="5" cy="5" r="4" fill="currentColor" />}
      {tone === 'busy' && <path d="M5 1a4 4 0 1 1-4 4" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />}
      {tone === 'warn' && <path d="M5 .6 9.4 5 5 9.4 .6 5z" fill="currentColor" />}
      {tone === 'bad' && <path d="M5 .8 9.6 9.2H.4z" fill="currentColor" />}
      {tone === 'off' && <circle cx="5" cy="5" r="3.2" fill="none" stroke="currentColor" strokeWidth="1.6" />}
    </svg>
  );
}

export function StateBadge({ state, of = 'thing' }: { state: string; of?: 'job' | 'thing' }) {
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <Mark tone={toneOfState(state, of)} />
      {state}
    </span>
  );
}
