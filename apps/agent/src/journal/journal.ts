import type { TaskId, TaskOutcome, VmId } from '@nereid/contracts';
import type { Clock } from '@nereid/ports';
import type { Log } from '../log';
import { AppendLog } from './append-log';
import { JournalRecord, type AcceptedTask } from './records';
import { retention, TaskBook, type TaskEntry } from './task-book';

export interface JournalOptions {
  readonly file: string;
  /** False only where a power cut loses the instances too: simulated servers in tests and benches. */
  readonly fsync: boolean;
  /** The file is rewritten when it is longer than this and at least twice its length after the last rewrite. */
  readonly compactAboveBytes?: number;
}

/**
 * What this agent was asked and how it ended, on disk before anybody is told. The file is read once, at start; afterwards memory answers.
 */
export class Journal {
  private compacting: Promise<void> | undefined;
  private sizeAfterCompaction = 0;

  private constructor(
    private readonly log: AppendLog,
    private readonly book: TaskBook,
    private readonly clock: Clock,
    private readonly problems: Log,
    private readonly compactAboveBytes: number,
  ) {}

  /** Reads the journal and begins a new boot, which is on disk when this resolves. */
  static async open(options: JournalOptions, clock: Clock, log: Log): Promise<Journal> {
    const opened = await AppendLog.open(options.file, clock, { fsync: options.fsync });
    if (opened.damagedBytes > 0)
      log.warn({ bytes: opened.damagedBytes, file: `${options.file}.damaged` }, 'the end of the journal was torn and is cut off');
    const book = new TaskBook();
    for (const raw of opened.records) {
      const record = JournalRecord.safeParse(raw);
      // A record of a newer release is left alone rather than refused: it must be possible to go back by one.
      if (record.success) book.apply(record.data);
      else log.warn({ issues: record.error.issues.length }, 'a record of the journal is not understood');
    }
    const journal = new Journal(opened.log, book, clock, log, options.compactAboveBytes ?? 4 * 1024 * 1024);
    await journal.write({ t: 'boot', boot: book.boot + 1 }, true);
    return journal;
  }

  /** How often this agent has started. */
  get boot(): number {
    return this.book.boot;
  }

  find(id: TaskId): TaskEntry | undefined {
    return this.book.tasks.get(id);
  }

  unfinished(): TaskEntry[] {
    return this.book.unfinished();
  }

  /** Finished tasks whose outcome nobody has acknowledged yet, oldest first. */
  unacknowledged(): TaskEntry[] {
    return [...this.book.unacknowledged].flatMap((id) => this.book.tasks.get(id) ?? []);
  }

  get unacknowledgedCount(): number {
    return this.book.unacknowledged.size;
  }

  isBehind(vm: VmId, generation: number, epoch: number): boolean {
    return this.book.isBehind(vm, generation, epoch);
  }

  /** The highest generation that a task of this instance completed with; 0 for none. */
  appliedGeneration(vm: VmId): number {
    return this.book.fences.get(vm)?.applied ?? 0;
  }

  /** The task counts in memory at once, so that fences hold from this moment; it is on disk when this resolves. */
  accept(task: AcceptedTask): Promise<void> {
    return this.write({ t: 'task', task }, true);
  }

  /** The same task asked again by a newer run of its job. */
  async raiseEpoch(vm: VmId, generation: number, epoch: number): Promise<void> {
    const fence = this.book.fences.get(vm);
    if (!fence || this.isBehind(vm, generation, epoch) || (fence.generation === generation && fence.epoch === epoch)) return;
    await this.write({ t: 'fence', fence: { ...fence, generation, epoch } }, true);
  }

  /** Resolves when the record is written, some milliseconds later; it reaches the disk with the next record that must. */
  stepDone(id: TaskId, step: string): Promise<void> {
    return this.write({ t: 'step', id, step }, false);
  }

  finish(id: TaskId, outcome: TaskOutcome): Promise<void> {
    return this.write({ t: 'outcome', id, outcome, atMs: this.clock.nowMs() }, true);
  }

  acknowledge(id: TaskId): Promise<void> {
    return this.write({ t: 'acknowledged', id }, false);
  }

  async close(): Promise<void> {
    await this.compacting;
    await this.log.close();
  }

  private async write(record: JournalRecord, durable: boolean): Promise<void> {
    this.book.apply(record);
    await this.log.append(record, durable);
    if (this.log.sizeBytes > Math.max(this.compactAboveBytes, 2 * this.sizeAfterCompaction)) {
      this.compacting ??= this.compact().finally(() => (this.compacting = undefined));
    }
  }

  /** The book is taken at the moment of writing, so records that are queued by then are in it already; applying them twice changes nothing. */
  private async compact(): Promise<void> {
    this.book.forget(this.clock.nowMs(), retention);
    try {
      await this.log.replace(() => this.book.toRecords());
    } catch (err) {
      // It only grows on; the next try comes when it has doubled.
      this.problems.warn({ err, bytes: this.log.sizeBytes }, 'the journal could not be shortened');
    }
    this.sizeAfterCompaction = this.log.sizeBytes;
  }
}
