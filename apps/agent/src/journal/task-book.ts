import type { TaskId, TaskOutcome, VmId } from '@nereid/contracts';
import type { AcceptedTask, Fence, JournalRecord } from './records';

export interface TaskEntry {
  readonly task: AcceptedTask;
  /** Steps that were recorded as done, in this life of the agent or an earlier one. */
  readonly steps: Set<string>;
  outcome?: TaskOutcome;
  finishedAtMs?: number;
  acknowledged: boolean;
}

export interface Retention {
  /** A finished task is answered from the journal for so long. */
  readonly finishedMs: number;
  /** And at most so many of them, oldest forgotten first. */
  readonly finishedCount: number;
  /** An instance that is gone fences late tasks for so long. */
  readonly tombstoneMs: number;
}

export const retention: Retention = { finishedMs: 7 * 86_400_000, finishedCount: 10_000, tombstoneMs: 30 * 86_400_000 };

/** What the journal says, in memory: the sum of its records. The same records in the same order always give the same book. */
export class TaskBook {
  boot = 0;
  /** In order of acceptance. */
  readonly tasks = new Map<TaskId, TaskEntry>();
  readonly fences = new Map<VmId, Fence>();
  /** Finished tasks whose outcome nobody has acknowledged yet, oldest first. */
  readonly unacknowledged = new Set<TaskId>();

  apply(record: JournalRecord): void {
    switch (record.t) {
      case 'boot':
        this.boot = record.boot;
        return;
      case 'task':
        this.tasks.delete(record.task.taskId); // a second run of the same task counts from now
        this.unacknowledged.delete(record.task.taskId);
        this.tasks.set(record.task.taskId, { task: record.task, steps: new Set(), acknowledged: false });
        this.raise(record.task.vm, record.task.generation, record.task.epoch);
        return;
      case 'step':
        this.tasks.get(record.id)?.steps.add(record.step);
        return;
      case 'outcome':
        this.finish(record.id, record.outcome, record.atMs);
        return;
      case 'acknowledged': {
        const entry = this.tasks.get(record.id);
        if (entry) entry.acknowledged = true;
        this.unacknowledged.delete(record.id);
        return;
      }
      case 'fence':
        this.fences.set(record.fence.vm, record.fence);
    }
  }

  /** Whether something newer than (generation, epoch) was asked for this instance. */
  isBehind(vm: VmId, generation: number, epoch: number): boolean {
    const fence = this.fences.get(vm);
    if (!fence) return false;
    return generation < fence.generation || (generation === fence.generation && epoch < fence.epoch);
  }

  unfinished(): TaskEntry[] {
    return [...this.tasks.values()].filter((entry) => !entry.outcome);
  }

  /** Drops what is past its retention. What nobody acknowledged stays. */
  forget(nowMs: number, keep: Retention): void {
    const finished = [...this.tasks.values()].filter((entry) => entry.outcome && entry.acknowledged);
    const tooMany = finished.length - keep.finishedCount;
    finished.forEach((entry, index) => {
      if (index < tooMany || nowMs - (entry.finishedAtMs ?? nowMs) > keep.finishedMs) this.tasks.delete(entry.task.taskId);
    });
    for (const fence of this.fences.values()) {
      if (fence.goneAtMs !== undefined && nowMs - fence.goneAtMs > keep.tombstoneMs) this.fences.delete(fence.vm);
    }
  }

  /** The shortest list of records that makes this book. Fences come last: they hold what the tasks alone would not tell. */
  toRecords(): JournalRecord[] {
    const records: JournalRecord[] = [{ t: 'boot', boot: this.boot }];
    for (const { task, steps, outcome, finishedAtMs, acknowledged } of this.tasks.values()) {
      records.push({ t: 'task', task });
      if (!outcome) for (const step of steps) records.push({ t: 'step', id: task.taskId, step });
      if (outcome) records.push({ t: 'outcome', id: task.taskId, outcome, atMs: finishedAtMs ?? task.atMs });
      if (acknowledged) records.push({ t: 'acknowledged', id: task.taskId });
    }
    for (const fence of this.fences.values()) records.push({ t: 'fence', fence });
    return records;
  }

  private raise(vm: VmId, generation: number, epoch: number): void {
    if (this.isBehind(vm, generation, epoch)) return;
    const before = this.fences.get(vm);
    this.fences.set(vm, { vm, generation, epoch, applied: before?.applied ?? 0 });
  }

  private finish(id: TaskId, outcome: TaskOutcome, atMs: number): void {
    const entry = this.tasks.get(id);
    if (!entry) return;
    const { spec: _, ...task } = entry.task;
    this.tasks.set(id, { ...entry, task, steps: new Set(), outcome, finishedAtMs: atMs });
    if (!entry.acknowledged) this.unacknowledged.add(id);
    const fence = this.fences.get(task.vm);
    if (!fence || outcome.state !== 'done') return;
    this.fences.set(task.vm, {
      ...fence,
      applied: Math.max(fence.applied, task.generation),
      goneAtMs: task.kind === 'instance.remove' ? atMs : undefined,
    });
  }
}
