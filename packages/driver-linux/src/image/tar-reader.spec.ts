import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTar } from './tar-reader';
import { unpackImage } from './unpack';

/** One header block, for archives that no tar program would write. */
function block(change: { path?: string; type?: string; target?: string; size?: string; uid?: string }): Buffer {
  const bytes = Buffer.alloc(512);
  bytes.write(change.path ?? 'file', 0);
  bytes.write('0000644\0', 100);
  bytes.write(`${change.uid ?? '0000000'}\0`, 108);
  bytes.write('0000000\0', 116);
  bytes.write(`${change.size ?? '00000000000'}\0`, 124);
  bytes.write('00000000000\0', 136);
  bytes.write('        ', 148);
  bytes.write(change.type ?? '0', 156);
  bytes.write(change.target ?? '', 157);
  bytes.write('ustar\x0000', 257);
  let sum = 0;
  for (const byte of bytes) sum += byte;
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}

async function* pieces(bytes: Buffer, size = 777): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const archive = (...blocks: Buffer[]): Buffer => Buffer.concat([...blocks, Buffer.alloc(1024)]);
/** Shifting by one's own id needs no privilege. */
const idBase = process.getuid!();

describe('reading archives', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nereid-tar-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it.each(['gnu', 'pax', 'ustar'])('reads what tar writes in the %s format', async (format) => {
    const from = join(folder, 'from');
    const long = format === 'ustar' ? 'short' : 'x'.repeat(180);
    mkdirSync(join(from, 'sub', 'deeper'), { recursive: true });
    writeFileSync(join(from, 'sub', 'deeper', long), 'a'.repeat(10_000));
    writeFileSync(join(from, 'empty'), '');
    symlinkSync('../anywhere/at/all', join(from, 'link'));
    linkSync(join(from, 'empty'), join(from, 'sub', 'hard'));
    execFileSync('tar', ['-C', from, '--format', format, '--sort=name', '-cf', join(folder, 'a.tar'), '.']);
    const seen: string[] = [];
    for await (const entry of readTar(pieces(readFileSync(join(folder, 'a.tar'))))) {
      let bytes = 0;
      for await (const chunk of entry.content) bytes += chunk.length;
      seen.push(`${entry.kind} ${entry.path} ${bytes} ${entry.target}`);
    }
    expect(seen).toEqual([
      'directory  0 ',
      'file empty 0 ',
      'symlink link 0 ../anywhere/at/all',
      'directory sub 0 ',
      'directory sub/deeper 0 ',
      `file sub/deeper/${long} 10000 `,
      'hardlink sub/hard 0 empty',
    ]);
  });

  it.each<[string, Buffer]>([
    ['an absolute path', archive(block({ path: '/etc/passwd' }))],
    ['a path upwards', archive(block({ path: 'a/../../b' }))],
    ['a hard link upwards', archive(block({ type: '1', target: '../../etc/shadow' }))],
    ['a character device', archive(block({ type: '3' }))],
    ['a block device', archive(block({ type: '4' }))],
    ['a fifo', archive(block({ type: '6' }))],
    ['an id no zone has', archive(block({ uid: '3641100' }))],
    ['a damaged header', archive(Buffer.from(block({})).fill(7, 0, 3))],
    ['a file that is cut off', block({ size: '00000010000' })],
    ['no end', block({})],
  ])('refuses %s', async (_, bytes) => {
    const read = async (): Promise<void> => {
      for await (const entry of readTar(pieces(bytes))) for await (const _chunk of entry.content);
    };
    await expect(read()).rejects.toMatchObject({ name: 'DriverError', code: 'Invalid' });
  });

  it('follows no link that the archive itself made', async () => {
    const outside = join(folder, 'outside');
    const root = join(folder, 'root');
    mkdirSync(outside);
    mkdirSync(root);
    const bytes = archive(block({ path: 'trap', type: '2', target: outside }), block({ path: 'trap/planted' }));
    await expect(unpackImage(pieces(bytes), root, idBase)).rejects.toMatchObject({ code: 'Invalid' });
    expect(execFileSync('ls', [outside], { encoding: 'utf8' })).toBe('');
  });

  it('shifts owners, keeps modes with set-id bits, and lists what a clone must shift again', async () => {
    const root = join(folder, 'root');
    mkdirSync(root);
    const setId = block({ path: 'bin/su' });
    setId.write('0004755\0', 100);
    setId.write('        ', 148);
    setId.write(`${setId.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148); // prettier-ignore
    const inodes = await unpackImage(pieces(archive(setId, block({ path: 'sh', type: '2', target: 'bin/su' }))), root, idBase);
    const file = statSync(join(root, 'bin/su'));
    expect([file.uid, file.gid, file.mode & 0o7777]).toEqual([idBase, idBase, 0o4755]);
    expect(readlinkSync(join(root, 'sh'))).toBe('bin/su');
    expect(inodes).toEqual([
      { path: '', uid: 0, gid: 0 },
      { path: 'bin', uid: 0, gid: 0 },
      { path: 'bin/su', uid: 0, gid: 0, mode: 0o4755 },
      { path: 'sh', uid: 0, gid: 0 },
    ]);
  });
});
