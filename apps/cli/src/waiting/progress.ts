import type { Clock } from '@nereid/ports/clock';
import { isTritonCompatible } from '../config/environment';
import type { Given } from '../command/spec';
import type { Context } from '../context';
import { duration } from '../output/durations';
import type { Terminal } from '../ports/terminal';
import type { Job } from './jobs';

type Step = Job['steps'][number];

/** Shows how far jobs have come. */
export interface Progress {
  /** A job as it is now; `label` names its instance. */
  show(label: string, job: Job): void;
  /** Nothing more will come. */
  end(): void;
}

/**
 * Live lines for a person; a line on stderr for each step that has ended otherwise. Nothing where stderr must stay empty: with `-j`, and
 * in place of the triton command.
 */
export function progressOf({ terminal, clock, env }: Context, { flags, args }: Given, isForOne = args.length === 1): Progress {
  if (flags.has('json') || isTritonCompatible(env)) return { show: () => undefined, end: () => undefined };
  return terminal.isInteractive ? new LiveSteps(terminal, clock, isForOne) : new StepLines(terminal);
}

class StepLines implements Progress {
  private readonly shown = new Set<string>();

  constructor(private readonly terminal: Terminal) {}

  show(label: string, { id, steps }: Job): void {
    for (const step of steps) {
      const key = [id, step.direction, step.name].join(' ');
      if (step.finished === undefined || this.shown.has(key)) continue;
      this.shown.add(key);
      this.terminal.complain(`${label}: ${nameOf(step)} ${endOf(step, step.finished)}`);
    }
  }

  end(): void {}
}

const redrawMs = 250;

/** The steps of one job, or the newest step of each of several. */
class LiveSteps implements Progress {
  private readonly jobs = new Map<string, Job>();
  /** By our own clock: the door's may be another. */
  private readonly seenMs = new Map<string, number>();
  private readonly stop: () => void;

  constructor(
    private readonly terminal: Terminal,
    private readonly clock: Clock,
    private readonly isForOne: boolean,
  ) {
    this.stop = clock.every(redrawMs, () => this.draw());
  }

  show(label: string, job: Job): void {
    this.jobs.set(label, job);
    this.draw();
  }

  end(): void {
    this.stop();
    this.draw();
    this.terminal.leaveStatus();
  }

  private draw(): void {
    const rows = [...this.jobs].flatMap(([label, { id, steps }]) =>
      (this.isForOne ? steps : steps.slice(-1)).map((step) => [label, nameOf(step), this.sofar(id, step)] as const),
    );
    const [first, second] = [0, 1].map((column) => Math.max(0, ...rows.map((row) => row[column]!.length))) as [number, number];
    const { columns = 80, rows: height = 24 } = this.terminal.size ?? {};
    // What does not fit on the screen cannot be drawn over.
    const lines = rows.slice(1 - height).map(([label, name, text]) => `  ${label.padEnd(first)}  ${name.padEnd(second)}  ${text}`);
    this.terminal.status(lines.map((line) => line.slice(0, columns - 1)));
  }

  private sofar(job: string, step: Step): string {
    const key = [job, step.direction, step.name].join(' ');
    const sinceMs = this.seenMs.get(key) ?? this.clock.monotonicMs();
    this.seenMs.set(key, sinceMs);
    return step.finished === undefined ? `${duration(this.clock.monotonicMs() - sinceMs)} …` : endOf(step, step.finished);
  }
}

function nameOf({ name, direction }: Step): string {
  return direction === 'undo' ? `undo ${name}` : name;
}

/** `204ms`, or `failed after 2s: CODE: MESSAGE`. */
function endOf({ state, started, error }: Step, finished: string): string {
  const took = duration(Date.parse(finished) - Date.parse(started));
  return state === 'failed' ? `failed after ${took}${error === undefined ? '' : `: ${error.code}: ${error.message}`}` : took;
}
