import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TaskId, VmId } from '@nereid/contracts';
import { SteppedClock } from '@nereid/ports/fake';
import { quietLog } from '../log';
import { aTaskId } from '../testing/bench';
import { Journal } from './journal';
import type { AcceptedTask } from './records';
import { TaskBook } from './task-book';

const vm = '00000000-0000-4000-8000-000000000001' as VmId;

function aTask(taskId: TaskId, generation = 1, change: Partial<AcceptedTask> = {}): AcceptedTask {
  return { taskId, kind: 'instance.stop', vm, generation, epoch: 1, notAfterMs: 1000, atMs: 0, spec: { id: vm, timeoutMs: 0 }, ...change };
}

describe('Journal', () => {
  let folder: string;
  const clock = new SteppedClock();
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'nereid-journal-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const open = (compactAboveBytes?: number) =>
    Journal.open({ file: join(folder, 'journal'), fsync: true, compactAboveBytes }, clock, quietLog());

  it('counts its boots', async () => {
    for (const boot of [1, 2, 3]) {
      const journal = await open();
      expect(journal.boot).toBe(boot);
      await journal.close();
    }
  });

  it('knows after a crash what was promised and how far it came', async () => {
    const journal = await open();
    const [ended, begun] = [aTaskId(), aTaskId()];
    await journal.accept(aTask(ended, 1));
    await journal.finish(ended, { state: 'done', result: { x: 1 } });
    await journal.accept(aTask(begun, 2));
    const step = journal.stepDone(begun, 'stop');
    await clock.advance(100);
    await step;
    // no close: a killed process closes nothing
    const again = await open();
    expect(again.find(ended)).toMatchObject({ outcome: { state: 'done', result: { x: 1 } }, acknowledged: false });
    expect(again.find(ended)?.task.spec).toBeUndefined();
    expect(again.unfinished().map((it) => [it.task.taskId, [...it.steps], it.task.spec])).toEqual([
      [begun, ['stop'], { id: vm, timeoutMs: 0 }],
    ]);
    expect(again.unacknowledged().map((it) => it.task.taskId)).toEqual([ended]);
    expect(again.appliedGeneration(vm)).toBe(1);
    const acknowledged = again.acknowledge(ended);
    await again.close();
    await acknowledged;
    const third = await open();
    expect(third.unacknowledgedCount).toBe(0);
    await third.close();
    await journal.close();
  });

  it('fences what is older, by generation and then by epoch, across boots', async () => {
    const journal = await open();
    await journal.accept(aTask(aTaskId(), 5, { epoch: 3 }));
    const check = (it: Journal): boolean[] => [
      it.isBehind(vm, 4, 9),
      it.isBehind(vm, 5, 2),
      it.isBehind(vm, 5, 3),
      it.isBehind(vm, 5, 4),
      it.isBehind(vm, 6, 0),
    ];
    expect(check(journal)).toEqual([true, true, false, false, false]);
    await journal.close();
    const again = await open();
    expect(check(again)).toEqual([true, true, false, false, false]);
    await again.raiseEpoch(vm, 5, 7);
    expect(again.isBehind(vm, 5, 6)).toBe(true);
    await again.raiseEpoch(vm, 5, 6);
    expect(again.isBehind(vm, 5, 7)).toBe(false);
    await again.close();
  });

  it('stays small, and says the same after compaction', async () => {
    const journal = await open(20_000);
    const open1 = aTaskId();
    await journal.accept(aTask(open1, 1_000_000));
    const kept: TaskId[] = [];
    for (let n = 1; n <= 400; n++) {
      const id = aTaskId();
      kept.push(id);
      await journal.accept(
        aTask(id, n, { vm: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}` as VmId, spec: { filler: 'x'.repeat(2_000) } }),
      );
      await journal.finish(id, { state: 'done', result: n });
      if (n % 2) void journal.acknowledge(id); // goes out with the next that must
    }
    await journal.close();
    expect(statSync(join(folder, 'journal')).size).toBeLessThan(400 * 1_000);
    const again = await open();
    expect(again.boot).toBe(2);
    expect(again.unfinished().map((it) => it.task.taskId)).toEqual([open1]);
    expect(again.unacknowledgedCount).toBe(200);
    for (const [index, id] of kept.entries()) expect(again.find(id)?.outcome).toEqual({ state: 'done', result: index + 1 });
    await again.close();
  });

  it('keeps tombstones for 30 days and outcomes for 7, but never forgets what nobody acknowledged', () => {
    const day = 86_400_000;
    const book = new TaskBook();
    const [acknowledged, open1] = [aTaskId(), aTaskId()];
    for (const id of [acknowledged, open1]) {
      book.apply({ t: 'task', task: aTask(id, 3, { kind: 'instance.remove' }) });
      book.apply({ t: 'outcome', id, outcome: { state: 'done', result: 1 }, atMs: 0 });
    }
    book.apply({ t: 'acknowledged', id: acknowledged });
    const keep = { finishedMs: 7 * day, finishedCount: 100, tombstoneMs: 30 * day };
    book.forget(6 * day, keep);
    expect(book.tasks.size).toBe(2);
    book.forget(8 * day, keep);
    expect([...book.tasks.keys()]).toEqual([open1]);
    expect(book.isBehind(vm, 2, 1)).toBe(true);
    book.forget(31 * day, keep);
    expect(book.isBehind(vm, 2, 1)).toBe(false);
    expect(book.unacknowledged.has(open1)).toBe(true);
  });
});
