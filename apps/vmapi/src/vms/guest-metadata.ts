import { Inject, Injectable } from '@nestjs/common';
import type { Caller, guestMetadataChanged } from '@nereid/contracts';
import type { z } from 'zod';
import { checkMetadata } from './tag-rules';
import { untilWritten, VmChangeRepository } from './vm-change.repository';
import { VmsRepository } from './vms.repository';

type GuestChange = z.output<(typeof guestMetadataChanged)['body']>;

/** What guests write into their own metadata becomes wanted: the next boot, on whatever server, finds it. */
@Injectable()
export class GuestMetadata {
  constructor(
    @Inject(VmsRepository) private readonly vms: VmsRepository,
    @Inject(VmChangeRepository) private readonly changes: VmChangeRepository,
  ) {}

  /** Safe to repeat: what is so already is not written again. @throws ValidationFailed more than an instance may hold */
  async apply(change: GuestChange, caller: Caller): Promise<void> {
    await untilWritten(async () => {
      const row = await this.vms.get(change.vm, undefined);
      const kept = Object.entries(row.customer_metadata).filter(([key]) => !change.remove.includes(key));
      const metadata = { ...Object.fromEntries(kept), ...change.set };
      if (isSame(metadata, row.customer_metadata)) return undefined;
      checkMetadata(metadata);
      return this.changes.changeWanted(row, { metadata }, 'guest_metadata', caller, undefined);
    });
  }
}

function isSame(a: Record<string, string>, b: Record<string, string>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
