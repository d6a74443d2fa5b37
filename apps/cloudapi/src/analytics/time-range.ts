import { windowSeconds } from '@nereid/contracts';
import { invalidArgument } from '../published-errors';

/** What a request may say of time. */
export interface WantedTimes {
  readonly start_time?: number | undefined;
  readonly end_time?: number | undefined;
  readonly duration?: number | undefined;
}

/** Consecutive stretches of equal length; without a start they end with the newest second that is over. */
export interface Stretches {
  readonly start: number | undefined;
  readonly duration: number;
  readonly count: number;
}

/**
 * Two of start, end and duration say it; three must agree; without start and end it is what was measured last.
 * @throws ServiceError InvalidArgument naming the parameter
 */
export function stretchesOf(
  { start_time: start, end_time: end, duration: asked }: WantedTimes,
  unlessTold: number,
  count: number,
): Stretches {
  const between = start !== undefined && end !== undefined ? (end - start) / count : undefined;
  if (between !== undefined && (between < 1 || !Number.isInteger(between))) {
    throw invalidArgument('end_time', `end_time must be later than start_time, by whole seconds for each of ${count}.`);
  }
  if (between !== undefined && asked !== undefined && asked !== between) {
    throw invalidArgument('duration', `duration is ${asked}, but from start_time to end_time it is ${between}.`);
  }
  const duration = between ?? asked ?? unlessTold;
  if (duration * count > windowSeconds) throw invalidArgument('duration', `No more than the last ${windowSeconds} seconds are kept.`);
  const first = start ?? (end === undefined ? undefined : end - duration * count);
  if (first !== undefined && first < 0) throw invalidArgument('end_time', 'That is before all time.');
  return { start: first, duration, count };
}
