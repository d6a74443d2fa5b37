import { DriverError } from '@nereid/driver';

/** Ids of one zone: 0 in the guest is `base` on the server, and so on. */
export const idsPerInstance = 65_536;

/** Where images lie: nobody runs with these ids, so a set-id file of an image gives nothing away on the server. */
export const firstIdBase = 100_000;

const rangesPerServer = Math.floor((2 ** 32 - firstIdBase) / idsPerInstance) - 2;

/**
 * Gives each instance a range of user ids that no other has, so that what gets out of one zone meets only foreign owners, and limits that the
 * kernel counts by user are its own. A range is free again once the data with its ids is gone.
 */
export class IdRanges {
  private readonly taken = new Map<number, string>();
  private next = 1;

  /** Notes a range found in a record at start. */
  note(instance: string, base: number): void {
    this.taken.set((base - firstIdBase) / idsPerInstance, instance);
  }

  /** @throws DriverError NoSpace 65,000 instances live here */
  take(instance: string): number {
    for (let tries = 0; tries < rangesPerServer; tries++) {
      const index = this.next;
      this.next = index >= rangesPerServer ? 1 : index + 1;
      if (!this.taken.has(index)) {
        this.taken.set(index, instance);
        return firstIdBase + index * idsPerInstance;
      }
    }
    throw new DriverError('NoSpace', 'no range of user ids is free on this server', { step: 'take-ids' });
  }

  release(instance: string): void {
    for (const [index, owner] of this.taken) if (owner === instance) this.taken.delete(index);
  }
}
