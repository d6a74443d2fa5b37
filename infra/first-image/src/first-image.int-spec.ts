import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runOrThrow, SystemRunner } from '@nereid/ports';
import { makeFirstImage } from './first-image';

const owner = '00000000-0000-4000-8000-000000000001';

describe('the first image', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nereid-first-image-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is made twice the same', async () => {
    const first = await makeFirstImage({ outDir: folder, owner });
    const second = await makeFirstImage({ outDir: folder, owner });
    expect(second).toEqual(first);
    expect((await readdir(folder)).sort()).toEqual([`${first.manifest.id}.json`, `${first.manifest.id}.tar.gz`].sort());
    const bytes = await readFile(first.path);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(first.file.sha256);
    expect(bytes.length).toBe(first.file.sizeBytes);
  });

  it('is an archive that tar agrees with, with everything a guest needs', async () => {
    const { path } = await makeFirstImage({ outDir: folder, owner });
    const names = (await runOrThrow(new SystemRunner(), ['tar', '-tzf', path], { timeoutMs: 10_000 })).split('\n');
    expect(names).toEqual(
      expect.arrayContaining(['sbin/init', 'bin/sh', 'usr/sbin/mdata-get', 'usr/sbin/mdata-put', 'usr/sbin/dropbear', 'etc/rc.boot']),
    );
    expect(names.filter((name) => name.startsWith('/') || name.includes('..'))).toEqual([]);
  });
});
