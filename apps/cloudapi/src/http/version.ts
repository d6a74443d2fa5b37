import { ServiceError, cloudapi } from '@nereid/contracts';
import { ltr, maxSatisfying, satisfies, validRange } from 'semver';

/** The range of versions that a client can work with; what it sees depends on it. */
export class VersionRange {
  private constructor(private readonly range: string) {}

  private static readonly known = new Map<string, VersionRange>();

  /** @throws InvalidVersion no version of ours is in the range */
  static parse(text: string | undefined): VersionRange {
    const range = text?.trim() || '*';
    const known = VersionRange.known.get(range);
    if (known) return known;
    if (range.length > 100 || validRange(range) === null || maxSatisfying([...cloudapi.apiVersions], range) === null) {
      throw new ServiceError(
        'InvalidVersion',
        `No version of this API satisfies "${range.slice(0, 100)}"; it has ${cloudapi.apiVersions.join(', ')}.`,
      );
    }
    const made = new VersionRange(range);
    if (VersionRange.known.size < 1_000) VersionRange.known.set(range, made);
    return made;
  }

  /** Whether the client knows what came with `version`: it is in the range, or below all of it. */
  atLeast(version: string): boolean {
    return satisfies(version, this.range) || ltr(version, this.range);
  }
}

/** Three names for one header have been in use. Source: CloudAPI docs, Versioning; the older router. */
export function versionHeader(headers: Readonly<Record<string, string | string[] | undefined>>): string | undefined {
  const found = headers['accept-version'] ?? headers['x-api-version'] ?? headers['api-version'];
  return Array.isArray(found) ? found[0] : found;
}
