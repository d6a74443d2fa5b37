import { windowSeconds, type Figures, type Series } from '@nereid/contracts';

/** A counter heard again after longer than this is not spread over the time between: nobody knows how it went. */
const spreadSeconds = 15;

/** A minute that is over. */
export interface Minute {
  readonly start: number;
  readonly average: readonly (number | null)[];
  readonly highest: readonly (number | null)[];
}

/**
 * The last ten minutes of one server or instance, second by second, as they are shown: counters as their growth a second. Also adds up the
 * minute that runs.
 */
export class ObjectWindow {
  private readonly values: Float32Array;
  private newest = 0;
  private last: { second: number; figures: Figures } | undefined;
  private minuteStart = 0;
  private sums: number[] = [];
  private counts: number[] = [];
  private peaks: number[] = [];

  constructor(private readonly series: readonly Series[]) {
    this.values = new Float32Array(series.length * windowSeconds).fill(NaN);
    this.beginMinute(0);
  }

  /** Newest second with a figure. */
  get newestSecond(): number {
    return this.newest;
  }

  /** The figures as they came last, for who adds up counters himself. */
  get latest(): Figures {
    return this.last?.figures ?? [];
  }

  /** Takes in what was heard of a second. Answers the minute before, when this second begins another. What is older than the window is dropped. */
  add(second: number, figures: Figures): Minute | undefined {
    if (second <= this.newest - windowSeconds) return undefined;
    const minute = Math.floor(second / 60) * 60;
    const finished = minute > this.minuteStart ? this.finishMinute(minute) : undefined;
    this.clearUpTo(second);
    const since = this.last === undefined ? 0 : second - this.last.second;
    for (const [n, { kind, scale }] of this.series.entries()) {
      const figure = figures[n];
      if (figure === undefined) continue;
      if (kind === 'gauge') {
        this.put(second, n, figure * scale);
        continue;
      }
      const before = this.last?.figures[n];
      // A counter that fell began anew; what it had before is unknown.
      if (before === undefined || since <= 0 || figure < before) continue;
      const rate = ((figure - before) / since) * scale;
      const from = since <= spreadSeconds ? second - since + 1 : second;
      for (let at = from; at <= second; at++) this.put(at, n, rate);
    }
    if (since >= 0) this.last = { second, figures };
    return finished;
  }

  /** Values of one series, the oldest first; `null` where nothing was heard. */
  read(series: number, start: number, seconds: number): (number | null)[] {
    return Array.from({ length: seconds }, (_, n) => {
      const second = start + n;
      if (second > this.newest || second <= this.newest - windowSeconds) return null;
      const value = this.values[this.placeOf(second, series)]!;
      return Number.isNaN(value) ? null : value;
    });
  }

  private put(second: number, series: number, value: number): void {
    if (second <= this.newest - windowSeconds) return;
    this.values[this.placeOf(second, series)] = value;
    if (second < this.minuteStart) return;
    this.sums[series]! += value;
    this.counts[series]!++;
    this.peaks[series] = Math.max(this.peaks[series]!, value);
  }

  /** Seconds that were skipped hold what was there a window ago. */
  private clearUpTo(second: number): void {
    if (second <= this.newest) return;
    const from = Math.max(this.newest + 1, second - windowSeconds + 1);
    for (let at = from; at <= second; at++) {
      const row = this.placeOf(at, 0);
      this.values.fill(NaN, row, row + this.series.length);
    }
    this.newest = second;
  }

  private placeOf(second: number, series: number): number {
    return (second % windowSeconds) * this.series.length + series;
  }

  private finishMinute(next: number): Minute | undefined {
    const heard = this.counts.some((count) => count > 0);
    const finished = heard && {
      start: this.minuteStart,
      average: this.counts.map((count, n) => (count === 0 ? null : this.sums[n]! / count)),
      highest: this.counts.map((count, n) => (count === 0 ? null : this.peaks[n]!)),
    };
    this.beginMinute(next);
    return finished || undefined;
  }

  private beginMinute(start: number): void {
    this.minuteStart = start;
    this.sums = this.series.map(() => 0);
    this.counts = this.series.map(() => 0);
    this.peaks = this.series.map(() => -Infinity);
  }
}
