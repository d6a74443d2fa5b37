/** One thing in a root file system. Paths are relative, without `./`. Owners are root's: a server shifts ids when it takes an image in. */
export type TarEntry =
  | { readonly path: string; readonly kind: 'directory'; readonly mode: number }
  | { readonly path: string; readonly kind: 'file'; readonly mode: number; readonly content: Buffer }
  | { readonly path: string; readonly kind: 'symlink'; readonly target: string }
  | { readonly path: string; readonly kind: 'hardlink'; readonly target: string };

const blockBytes = 512;
const typeFlags = { file: '0', hardlink: '1', symlink: '2', directory: '5' } as const;

/**
 * A tar archive of `entries`, in the order given. The same entries give the same bytes: no times, no names of users.
 * Source: POSIX ustar interchange format. @throws Error a path or target is longer than 100 bytes
 */
export function tarOf(entries: readonly TarEntry[]): Buffer {
  const parts: Buffer[] = [];
  for (const entry of entries) {
    parts.push(header(entry));
    if (entry.kind === 'file') parts.push(entry.content, Buffer.alloc(-entry.content.length & (blockBytes - 1)));
  }
  parts.push(Buffer.alloc(2 * blockBytes));
  return Buffer.concat(parts);
}

function header(entry: TarEntry): Buffer {
  const block = Buffer.alloc(blockBytes);
  const name = entry.kind === 'directory' ? `${entry.path}/` : entry.path;
  const target = 'target' in entry ? entry.target : '';
  if (Buffer.byteLength(name) > 100 || Buffer.byteLength(target) > 100) throw new Error(`path too long for this archive: ${name}`);
  const mode = 'mode' in entry ? entry.mode : 0o777;
  const size = entry.kind === 'file' ? entry.content.length : 0;
  block.write(name, 0);
  block.write(`${octal(mode, 7)}\0`, 100);
  block.write(`${octal(0, 7)}\0`, 108);
  block.write(`${octal(0, 7)}\0`, 116);
  block.write(`${octal(size, 11)}\0`, 124);
  block.write(`${octal(0, 11)}\0`, 136);
  block.write('        ', 148); // the checksum is taken with blanks in its own place
  block.write(typeFlags[entry.kind], 156);
  block.write(target, 157);
  block.write('ustar\0', 257);
  block.write('00', 263);
  block.write(`${octal(
    block.reduce((sum, byte) => sum + byte, 0),
    6,
  )}\0 `, 148); // prettier-ignore
  return block;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
