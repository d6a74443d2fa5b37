import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodeCache } from './code-cache';
import { KeptScript } from './kept-script';
import { OwnFolder, cacheFolder } from './own-folder';

const text = 'exports.twice = (n) => { const helper = () => n + n; return helper(); };';
type Exports = { twice(n: number): number };

describe('code of earlier runs', () => {
  let home: string;
  let folder: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'nereid-code-cache-'));
    folder = join(home, '.cache', 'nereid');
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const cacheIn = (path: string | undefined, user = process.geteuid?.()): CodeCache => new CodeCache(new OwnFolder(path, user));
  /** One run of a program; answers whether its code came from the cache. */
  function run(cache = cacheIn(folder), source = text, command = 'nereid twice'): boolean {
    const script = new KeptScript<Exports>(source, 'nereid.js', cache);
    expect(script.run(require).twice(21)).toBe(42);
    script.keep(command);
    return script.isFromCache;
  }
  const file = (): string => join(folder, readdirSync(folder)[0]!);

  it('is used by the next run', () => {
    expect(run()).toBe(false);
    expect(run()).toBe(true);
  });

  it('gains the functions of each command once', () => {
    run();
    const first = readFileSync(file());
    run();
    expect(readFileSync(file())).toEqual(first);
    expect(run(undefined, undefined, 'nereid thrice')).toBe(true);
    expect(cacheIn(folder).read(text)?.commands).toEqual(['nereid twice', 'nereid thrice']);
  });

  it('is that of the same text only, also of one as long', () => {
    run();
    expect(run(undefined, text.replace('n + n', 'n * 2'))).toBe(false);
  });

  it('is that of the same Node only', () => {
    run(new CodeCache(new OwnFolder(folder), 'v20.0.0 as somebody built it'));
    expect(run()).toBe(false);
  });

  it.each([
    ['cut short', (): void => truncateSync(file(), 100)],
    ['emptied', (): void => truncateSync(file(), 0)],
    ['full of zeros', (): void => writeFileSync(file(), Buffer.alloc(4096))],
    ['writable by others', (): void => chmodSync(file(), 0o602)],
    ['readable by others', (): void => chmodSync(file(), 0o604)],
    ['in a folder that others may write to', (): void => chmodSync(folder, 0o770)],
    [
      'a folder',
      (): void => {
        const path = file();
        rmSync(path);
        mkdirSync(path);
      },
    ],
    [
      'a link to somewhere else',
      (): void => {
        const path = file();
        renameSync(path, join(home, 'elsewhere'));
        symlinkSync(join(home, 'elsewhere'), path);
      },
    ],
  ])('does no harm when it is %s', (_, damage) => {
    run();
    damage();
    expect(run()).toBe(false);
  });

  it('does no harm wherever a byte was changed', () => {
    run();
    const good = readFileSync(file());
    for (let at = 0; at < good.length; at += 7) {
      const bad = Buffer.from(good);
      bad[at]! ^= 0x10;
      writeFileSync(file(), bad);
      expect(cacheIn(folder).read(text)).toBeUndefined();
    }
  });

  it('is neither read nor written where it belongs to another user', () => {
    run();
    const before = readFileSync(file());
    expect(run(cacheIn(folder, (process.geteuid?.() ?? 0) + 1), undefined, 'nereid thrice')).toBe(false);
    expect(readFileSync(file())).toEqual(before);
  });

  it('does no harm where it cannot be', () => {
    writeFileSync(join(home, 'file'), '');
    expect(run(cacheIn(join(home, 'file', 'nereid')))).toBe(false);
    expect(run(cacheIn(undefined))).toBe(false);
  });

  it('stays for a few versions', () => {
    for (const extra of 'abcdef') run(undefined, `${text} // ${extra}`);
    expect(readdirSync(folder)).toHaveLength(4);
  });

  it('is where caches are', () => {
    expect(cacheFolder({ XDG_CACHE_HOME: '/var/caches', HOME: '/home/ann' })).toBe('/var/caches/nereid');
    expect(cacheFolder({ XDG_CACHE_HOME: 'relative', HOME: '/home/ann' })).toBe('/home/ann/.cache/nereid');
    expect(cacheFolder({})).toBeUndefined();
  });
});
