import { createHash } from 'node:crypto';
import { ServiceError } from '@nereid/contracts';

/**
 * The ETag of an object: its version, and a digest of what was shown. If-Match compares the version, which is what writers agree on;
 * If-None-Match the whole, because some of what is shown (a state that follows from a silent server, a count) changes without the row.
 */
export function etagOf(version: number, shown: string): string {
  return `"${version}.${createHash('sha256').update(shown).digest('hex').slice(0, 12)}"`;
}

/** Whether a client has what would be sent already. Source: RFC 9110, 13.1.2; weak comparison. */
export function hasAlready(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((each) => each.trim() === '*' || each.trim().replace(/^W\//, '') === etag);
}

/** The version that If-Match names; undefined when it names none. @throws InvalidHeader it is not an ETag of ours */
export function versionWanted(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  const version = /^"(\d{1,15})(\.[0-9a-f]+)?"$/.exec(ifMatch.trim())?.[1];
  if (version === undefined) throw new ServiceError('InvalidHeader', 'If-Match must be an ETag of this API, or *.');
  return Number(version);
}
