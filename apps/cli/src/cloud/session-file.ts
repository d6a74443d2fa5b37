import { createHash } from 'node:crypto';
import type { OwnFolder } from '../start/own-folder';

const suffix = '.session';
/** Of other clouds: so many files stay. */
const keptFiles = 8;
const mostBytes = 64 * 1024;

/** The last TLS session with a door, checked against an authority: another door, authority or TLS library is another file. */
export class SessionFile {
  private readonly name: string;

  constructor(
    private readonly folder: OwnFolder,
    url: string,
    authority: string | undefined,
  ) {
    const of = JSON.stringify([url, authority ?? null, process.versions.openssl]);
    this.name = `${createHash('sha256').update(of).digest('hex')}${suffix}`;
  }

  read(): Buffer | undefined {
    return this.folder.read(this.name, mostBytes);
  }

  keep(session: Buffer): void {
    this.folder.write(this.name, session, suffix, keptFiles);
  }
}
