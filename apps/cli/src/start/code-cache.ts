import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import type { OwnFolder } from './own-folder';

/** What is kept of a text: V8's code of it, and the commands that were run with it, whose functions are therefore in it. */
export interface KeptCode {
  readonly code: Buffer;
  readonly commands: readonly string[];
}

const suffix = '.code';
/** Of other versions of the command or of Node: so many files stay. */
const keptFiles = 4;
const mostBytes = 16 * 1024 * 1024;

/**
 * Compiled code of earlier runs. V8 believes what it is given: changed bytes crash it, and made-up ones run. So it comes from a folder that nobody
 * else may write, under a name that holds the digest of the text and of this very Node.
 */
export class CodeCache {
  constructor(
    private readonly folder: OwnFolder,
    private readonly node: string = nodeName(),
  ) {}

  read(text: string): KeptCode | undefined {
    const bytes = this.folder.read(this.fileOf(text), mostBytes);
    if (!bytes) return undefined;
    const end = bytes.indexOf('\n');
    return { commands: JSON.parse(bytes.toString('utf8', 0, end)) as string[], code: bytes.subarray(end + 1) };
  }

  write(text: string, { code, commands }: KeptCode): void {
    this.folder.write(this.fileOf(text), Buffer.concat([Buffer.from(`${JSON.stringify(commands)}\n`), code]), suffix, keptFiles);
  }

  private fileOf(text: string): string {
    return `${createHash('sha256').update(this.node).update('\n').update(text).digest('hex')}${suffix}`;
  }
}

/** This Node and no other: two builds of one version need not agree on what is in the code. */
function nodeName(): string {
  const { size, mtimeMs } = statSync(process.execPath);
  return [process.version, process.versions.v8, process.arch, size, mtimeMs].join(' ');
}
