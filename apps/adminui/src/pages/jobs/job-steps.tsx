import type { adminapi } from '@nereid/contracts/light';
import { cx } from '../../ui/class-names';
import { duration } from '../../ui/amounts';
import { Mark, toneOfState } from '../../ui/state-badge';

type Step = adminapi.JobStepObject;

const bars = { good: 'bg-good', busy: 'bg-busy', warn: 'bg-warn', bad: 'bg-bad', off: 'bg-off' };

/** The steps of a job on one axis of time: what ran side by side, what waited, where the time went. */
export function JobSteps({ job }: { job: adminapi.JobDetail }) {
  if (job.steps.length === 0) return <p className="text-muted">No step has begun yet.</p>;
  const from = Date.parse(job.created_at);
  const ends = job.steps.map((step) => endOf(step) ?? Date.parse(step.started_at));
  const until = Math.max(from + 1, ...ends, job.finished_at ? Date.parse(job.finished_at) : 0);
  const share = (at: number): number => ((at - from) / (until - from)) * 100;
  return (
    <ol className="flex flex-col gap-1.5">
      {job.steps.map((step) => {
        const start = Date.parse(step.started_at);
        const end = endOf(step);
        const tone = toneOfState(step.state, 'job');
        return (
          <li
            key={`${step.name} ${step.direction}`}
            className="grid grid-cols-[minmax(9rem,14rem)_minmax(0,1fr)_5rem_5.5rem] items-center gap-3"
          >
            <span className="flex items-center gap-2">
              <Mark tone={tone} />
              <span className="truncate">
                {step.direction === 'undo' && <span className="text-muted">undo </span>}
                {step.name}
              </span>
              {step.attempts > 1 && <span className="text-warn text-xs whitespace-nowrap">{step.attempts} attempts</span>}
            </span>
            <span className="bg-hover relative h-2 rounded-full" aria-hidden>
              <span
                className={cx('absolute inset-y-0 min-w-1 rounded-full', bars[tone])}
                style={{ left: `${Math.min(share(start), 99)}%`, width: `${Math.max(0, share(end ?? until) - share(start))}%` }}
              />
            </span>
            <span className="text-muted text-right text-xs">
              <span className="sr-only">began after </span>+{duration(Math.max(0, start - from))}
            </span>
            <span className="text-right font-medium">{step.duration_ms !== undefined ? duration(step.duration_ms) : step.state}</span>
            {step.error && (
              <p className="text-bad col-span-4 pb-1 pl-[18px] text-xs">
                {step.error.message} <span className="font-mono">{step.error.code}</span>
              </p>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function endOf({ finished_at }: Step): number | undefined {
  return finished_at === undefined ? undefined : Date.parse(finished_at);
}
