import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProcessRecords, isAlive, recordOf, startTicksOf, stopProcess } from './process-record';

describe('process records', () => {
  it('stop the process they name, and no other with its pid', async () => {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    const record = recordOf('sleep', child.pid!);
    await stopProcess({ ...record, startTicks: record.startTicks + 1 });
    expect(isAlive(record)).toBe(true);
    await stopProcess(record);
    expect(isAlive(record)).toBe(false);
    await stopProcess(record);
  });

  it('know a process of an earlier boot for dead', () => {
    const record = recordOf('me', process.pid);
    expect(isAlive(record)).toBe(true);
    expect(isAlive({ ...record, bootId: '00000000-0000-0000-0000-000000000000' })).toBe(false);
  });

  it('kill what does not listen', async () => {
    const child = spawn('sh', ['-c', 'trap "" TERM; echo deaf; while :; do sleep 0.05; done'], { stdio: ['ignore', 'pipe', 'ignore'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const record = recordOf('deaf', child.pid!);
    await stopProcess(record, 'SIGTERM', 50);
    expect(startTicksOf(child.pid!)).toBeUndefined();
  });

  it('are kept in files and answer only for the living', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'nereid-records-'));
    try {
      const records = new ProcessRecords(directory);
      const child = spawn('sleep', ['60'], { stdio: 'ignore' });
      records.save(recordOf('sleep', child.pid!));
      const known = new ProcessRecords(directory).living('sleep');
      expect(known?.pid).toBe(child.pid);
      await stopProcess(known!);
      expect(records.living('sleep')).toBeUndefined();
      expect(records.all()).toHaveLength(1);
      records.remove('sleep');
      expect(records.all()).toEqual([]);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
