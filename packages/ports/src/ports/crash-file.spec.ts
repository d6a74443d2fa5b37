import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CrashFile, crashFileVariable } from './crash-file';

describe('CrashFile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nereid-crash-file-'));
  const file = join(folder, 'at');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('does nothing in production, and nothing at another point', () => {
    expect(new CrashFile({}).isWatched).toBe(false);
    expect(new CrashFile({}).reach('here')).toBeUndefined();
    const watched = new CrashFile({ [crashFileVariable]: file });
    expect(watched.isWatched).toBe(true);
    expect(watched.reach('here')).toBeUndefined();
    writeFileSync(file, 'there\n');
    expect(watched.reach('here')).toBeUndefined();
    expect(existsSync(file)).toBe(true);
  });

  it('kills the process at its point, once', () => {
    writeFileSync(file, 'here\n');
    const kill = jest.spyOn(process, 'kill').mockReturnValue(true);
    try {
      const watched = new CrashFile({ [crashFileVariable]: file });
      expect(watched.reach('here')).toBeInstanceOf(Promise);
      expect(kill.mock.calls).toEqual([[process.pid, 'SIGKILL']]);
      expect(existsSync(file)).toBe(false);
      expect(watched.reach('here')).toBeUndefined();
      expect(kill).toHaveBeenCalledTimes(1);
    } finally {
      kill.mockRestore();
    }
  });
});
