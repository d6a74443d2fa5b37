/**
 * Remembers the highest version seen of each object, so that an older state that arrives later is dropped. The feed is ordered by
 * transaction, and the transaction that began first may have written the row last, so an object's versions may come in the wrong
 * order, but only by as much as transactions overlap: remembering the objects touched most recently is enough.
 */
export class HighestVersions {
  private readonly versions = new Map<string, number>();

  constructor(private readonly capacity = 20_000) {}

  /** True when `version` is newer than all seen of this object, and remembers it. */
  isNewer(objectId: string, version: number): boolean {
    const seen = this.versions.get(objectId);
    if (seen !== undefined && seen >= version) return false;
    this.versions.delete(objectId); // set again below: the map's order is that of the last touch
    this.versions.set(objectId, version);
    if (this.versions.size > this.capacity) this.versions.delete(this.versions.keys().next().value!);
    return true;
  }

  forget(): void {
    this.versions.clear();
  }
}
