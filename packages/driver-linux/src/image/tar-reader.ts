import { DriverError } from '@nereid/driver';

export interface TarHeader {
  /** Relative, `/`-separated, without `.`, `..` or empty parts; empty for the root itself. */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'symlink' | 'hardlink';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeSeconds: number;
  readonly sizeBytes: number;
  /** Of links: a symbolic link's text as it is, a hard link's path cleaned like `path`. */
  readonly target: string;
}

export interface TarEntry extends TarHeader {
  /** A file's bytes; must be read to the end before the next entry is asked for. */
  readonly content: AsyncIterable<Buffer>;
}

const blockBytes = 512;
const extensionMaxBytes = 64 * 1024;

/**
 * The entries of a tar stream (ustar, GNU long names, pax paths and sizes), for archives that nobody vouches for.
 * @throws DriverError Invalid: an absolute path or `..`, a device, fifo or other special file, an id that a zone cannot have, a broken or
 * truncated archive
 */
export async function* readTar(stream: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const source = new ByteSource(stream);
  let longPath: string | undefined;
  let longTarget: string | undefined;
  let pax: ReadonlyMap<string, string> = new Map();
  for (;;) {
    const block = await source.exactly(blockBytes);
    if (block.every((byte) => byte === 0)) break;
    checkSum(block);
    const size = Number(pax.get('size') ?? number(block, 124, 12));
    if (!Number.isSafeInteger(size) || size < 0) throw invalid('an entry has no proper size');
    const type = String.fromCharCode(block[156]!);
    if (type === 'L' || type === 'K' || type === 'x' || type === 'g') {
      if (size > extensionMaxBytes) throw invalid('a header of the archive is too long');
      const body = await source.padded(size);
      if (type === 'L') longPath = cString(body);
      if (type === 'K') longTarget = cString(body);
      if (type === 'x') pax = paxRecords(body);
      continue;
    }
    const prefix = cString(block.subarray(257, 262)) === 'ustar' && block[262] === 0 ? cString(block.subarray(345, 500)) : '';
    const name = cString(block.subarray(0, 100));
    const path = pax.get('path') ?? longPath ?? (prefix ? `${prefix}/${name}` : name);
    const target = pax.get('linkpath') ?? longTarget ?? cString(block.subarray(157, 257));
    const kind = kindOf(type, path);
    const header = {
      path: cleanPath(path),
      kind,
      mode: number(block, 100, 8) & 0o7777,
      uid: guestId(number(block, 108, 8)),
      gid: guestId(number(block, 116, 8)),
      mtimeSeconds: number(block, 136, 12),
      sizeBytes: kind === 'file' ? size : 0,
      target: kind === 'hardlink' ? cleanPath(target) : kind === 'symlink' ? target : '',
    };
    if (target.includes('\0')) throw invalid('a link has a strange target');
    let left = header.sizeBytes;
    const content = (async function* () {
      while (left > 0) {
        const chunk = await source.upTo(left);
        left -= chunk.length;
        yield chunk;
      }
    })();
    yield { ...header, content };
    if (left > 0) throw new DriverError('Internal', 'an entry of the archive was not read to its end');
    await source.exactly(-header.sizeBytes & (blockBytes - 1));
    longPath = longTarget = undefined;
    pax = new Map();
  }
  await source.drain();
}

function kindOf(type: string, path: string): TarHeader['kind'] {
  if (type === '0' || type === '\0' || type === '7') return path.endsWith('/') ? 'directory' : 'file';
  if (type === '1') return 'hardlink';
  if (type === '2') return 'symlink';
  if (type === '5') return 'directory';
  throw invalid(`${path.slice(0, 200)} is a device or another special file`);
}

/** @throws DriverError Invalid for whatever could point outside */
function cleanPath(path: string): string {
  if (path.startsWith('/') || path.includes('\0')) throw invalid(`${path.slice(0, 200)} is not a relative path`);
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw invalid(`${path.slice(0, 200)} leads outside`);
  return parts.join('/');
}

function guestId(id: number): number {
  if (id > 65_534) throw invalid(`an entry belongs to id ${id}; a zone has ids up to 65534`);
  return id;
}

/** Octal text, or GNU's base 256 for big values. */
function number(block: Buffer, at: number, length: number): number {
  const field = block.subarray(at, at + length);
  if (field[0]! & 0x80) {
    const value = field.reduce((sum, byte, i) => sum * 256 + (i === 0 ? byte & 0x7f : byte), 0);
    if (!Number.isSafeInteger(value)) throw invalid('a number in the archive is too big');
    return value;
  }
  const text = cString(field).trim();
  if (!/^[0-7]*$/.test(text)) throw invalid('a number in the archive is not octal');
  return text === '' ? 0 : parseInt(text, 8);
}

function checkSum(block: Buffer): void {
  let sum = 0;
  for (let i = 0; i < blockBytes; i++) sum += i >= 148 && i < 156 ? 32 : block[i]!;
  if (sum !== number(block, 148, 8)) throw invalid('a header of the archive is damaged');
}

function cString(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.subarray(0, end < 0 ? bytes.length : end).toString('utf8');
}

/** `<length> <key>=<value>\n` records. Source: POSIX pax extended header. */
function paxRecords(body: Buffer): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < body.length;) {
    const blank = body.indexOf(32, at);
    const length = Number(body.subarray(at, blank).toString('latin1'));
    if (blank < 0 || !Number.isInteger(length) || length <= blank - at || at + length > body.length)
      throw invalid('a pax header is damaged');
    const record = body.subarray(blank + 1, at + length - 1).toString('utf8');
    const equals = record.indexOf('=');
    if (equals > 0) records.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return records;
}

function invalid(why: string): DriverError {
  return new DriverError('Invalid', `The image's archive is not acceptable: ${why}.`, { step: 'unpack-image' });
}

/** Cuts a stream of chunks into pieces of asked sizes. */
class ByteSource {
  private readonly iterator: AsyncIterator<Uint8Array>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.iterator = stream[Symbol.asyncIterator]();
  }

  async upTo(count: number): Promise<Buffer> {
    if (this.rest.length === 0) await this.more();
    const piece = this.rest.subarray(0, count);
    this.rest = this.rest.subarray(piece.length);
    return piece;
  }

  async exactly(count: number): Promise<Buffer> {
    if (this.rest.length >= count) return this.upToNow(count);
    const pieces: Buffer[] = [];
    for (let left = count; left > 0;) {
      const piece = await this.upTo(left);
      pieces.push(piece);
      left -= piece.length;
    }
    return Buffer.concat(pieces);
  }

  async padded(size: number): Promise<Buffer> {
    const body = await this.exactly(size);
    await this.exactly(-size & (blockBytes - 1));
    return body;
  }

  /** Reads what follows the end mark, so that a digest over the whole file can be taken. */
  async drain(): Promise<void> {
    while (!(await this.iterator.next()).done);
  }

  private upToNow(count: number): Buffer {
    const piece = this.rest.subarray(0, count);
    this.rest = this.rest.subarray(count);
    return piece;
  }

  private async more(): Promise<void> {
    do {
      const next = await this.iterator.next();
      if (next.done) throw invalid('it ends too early');
      this.rest = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    } while (this.rest.length === 0);
  }
}
