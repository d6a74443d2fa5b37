import { appendFileSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '@nereid/ports';
import { AppendLog } from './append-log';

describe('AppendLog', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nereid-journal-'));
    file = join(folder, 'journal');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const reopen = () => AppendLog.open(file, new SystemClock(), { fsync: true });

  it('gives back what was appended, in order', async () => {
    const { log } = await reopen();
    await Promise.all([log.append({ n: 1 }, true), log.append({ n: 2, text: 'Ü\n☃' }, false), log.append({ n: 3 }, true)]);
    await log.close();
    const again = await reopen();
    expect(again.records).toEqual([{ n: 1 }, { n: 2, text: 'Ü\n☃' }, { n: 3 }]);
    expect(again.damagedBytes).toBe(0);
    await again.log.close();
  });

  it('cuts off a line that was torn at any byte, keeps it aside, and goes on', async () => {
    const { log } = await reopen();
    await log.append({ n: 1 }, true);
    await log.append({ n: 2 }, true);
    await log.close();
    const whole = readFileSync(file);
    const first = whole.indexOf(0x0a) + 1;
    for (let cut = first + 1; cut < whole.length; cut++) {
      writeFileSync(file, whole);
      truncateSync(file, cut);
      const torn = await reopen();
      expect(torn.records).toEqual([{ n: 1 }]);
      expect(torn.damagedBytes).toBe(cut - first);
      await torn.log.append({ n: 4 }, true);
      await torn.log.close();
      const after = await reopen();
      expect(after.records).toEqual([{ n: 1 }, { n: 4 }]);
      await after.log.close();
    }
  });

  it('appends within the space it made before, and takes the rest of that for no damage after a kill', async () => {
    const { log } = await reopen();
    const roomBytes = statSync(file).size;
    for (let n = 0; n < 20; n++) await log.append({ n }, true);
    expect(log.sizeBytes).toBeGreaterThan(0);
    expect(statSync(file).size).toBe(roomBytes);
    copyFileSync(file, `${file}.killed`); // as a killed process leaves it
    await log.close();
    expect(statSync(file).size).toBe(log.sizeBytes);
    copyFileSync(`${file}.killed`, file);
    const again = await reopen();
    expect(again).toMatchObject({ damagedBytes: 0, records: Array.from({ length: 20 }, (_, n) => ({ n })) });
    expect(statSync(file).size).toBe(roomBytes);
    await again.log.close();
  });

  it('makes more room when what it made is used up', async () => {
    const { log } = await reopen();
    const text = 'x'.repeat(10_000);
    for (let n = 0; n < 60; n++) await log.append({ n, text }, n % 2 === 0);
    copyFileSync(file, `${file}.killed`);
    await log.close();
    copyFileSync(`${file}.killed`, file);
    const again = await reopen();
    expect(again.damagedBytes).toBe(0);
    expect(again.records).toHaveLength(60);
    await again.log.append({ n: 60 }, true);
    await again.log.close();
    const third = await reopen();
    expect(third.records.at(-1)).toEqual({ n: 60 });
    await third.log.close();
  });

  it('cuts off a line of which a piece in the middle never reached the disk', async () => {
    const { log } = await reopen();
    await log.append({ n: 1 }, true);
    const from = log.sizeBytes;
    await log.append({ n: 2, text: 'x'.repeat(2_000) }, true);
    const bytes = readFileSync(file);
    await log.close();
    writeFileSync(file, bytes.fill(0, from + 512, from + 1_024));
    const torn = await reopen();
    expect(torn.records).toEqual([{ n: 1 }]);
    expect(torn.damagedBytes).toBeGreaterThan(1_024);
    await torn.log.append({ n: 3 }, true);
    await torn.log.close();
    const after = await reopen();
    expect(after.records).toEqual([{ n: 1 }, { n: 3 }]);
    await after.log.close();
  });

  it('believes nothing after a damaged line', async () => {
    const { log } = await reopen();
    await log.append({ n: 1 }, true);
    await log.close();
    appendFileSync(file, '00000000 {"n":2}\n');
    const whole = readFileSync(file);
    appendFileSync(file, whole.subarray(0, whole.indexOf(0x0a) + 1)); // a good line behind it
    const again = await reopen();
    expect(again.records).toEqual([{ n: 1 }]);
    expect(again.damagedBytes).toBeGreaterThan(0);
    await again.log.close();
  });

  it('serves many appends by few writes', async () => {
    const { log } = await reopen();
    const handle = (log as unknown as { handle: { datasync: () => Promise<void> } }).handle;
    let syncs = 0;
    const real = handle.datasync.bind(handle);
    handle.datasync = () => {
      syncs++;
      return real();
    };
    await Promise.all(Array.from({ length: 200 }, (_, n) => log.append({ n }, true)));
    expect(syncs).toBeLessThanOrEqual(3);
    await log.close();
    const again = await reopen();
    expect(again.records).toHaveLength(200);
    await again.log.close();
  });

  it('replaces everything at once, and what is appended meanwhile comes after', async () => {
    const { log } = await reopen();
    await log.append({ old: true }, true);
    const replacing = log.replace(() => [{ new: 1 }]);
    const appending = log.append({ new: 2 }, true);
    await Promise.all([replacing, appending]);
    await log.close();
    const again = await reopen();
    expect(again.records).toEqual([{ new: 1 }, { new: 2 }]);
    await again.log.close();
  });

  it('goes on with what it has when that cannot be replaced', async () => {
    const { log } = await reopen();
    await log.append({ n: 1 }, true);
    mkdirSync(`${file}.new`); // nothing can be written there
    const replacing = log.replace(() => [{ never: true }]);
    const appending = log.append({ n: 2 }, true);
    await expect(replacing).rejects.toThrow('EISDIR');
    await appending;
    await log.append({ n: 3 }, true);
    await log.close();
    const again = await reopen();
    expect(again.records).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    await again.log.close();
  });

  it('promises nothing more after a write has failed', async () => {
    const { log } = await reopen();
    const handle = (log as unknown as { handle: { datasync: () => Promise<void>; close: () => Promise<void> } }).handle;
    handle.datasync = () => Promise.reject(new Error('EIO'));
    await expect(log.append({ n: 1 }, true)).rejects.toThrow('writing the journal failed');
    await expect(log.append({ n: 2 }, false)).rejects.toThrow('writing the journal failed');
    await handle.close();
  });
});
