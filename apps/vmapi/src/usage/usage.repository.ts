import { Inject, Injectable } from '@nestjs/common';
import type { AccountId, Usage, UsageLimits } from '@nereid/contracts';
import { OwnerPool, type Row } from '@nereid/database';

/** Usage counters. What counts up and down stands in the statements that accept and end instances. */
@Injectable()
export class UsageRepository {
  constructor(@Inject(OwnerPool) private readonly db: OwnerPool) {}

  find(account: AccountId): Promise<Usage | undefined> {
    return this.db.maybe('SELECT * FROM vmapi.account_usage WHERE account = $1', [account], toUsage);
  }

  setLimits(account: AccountId, limits: UsageLimits): Promise<Usage> {
    return this.db.one(
      `INSERT INTO vmapi.account_usage (account, max_instances, max_memory_mib, max_quota_gib) VALUES ($1, $2, $3, $4)
       ON CONFLICT (account) DO UPDATE SET max_instances = $2, max_memory_mib = $3, max_quota_gib = $4 RETURNING *`,
      [account, limits.instances ?? null, limits.memoryMiB ?? null, limits.quotaGiB ?? null],
      toUsage,
    );
  }
}

function toUsage(row: Row): Usage {
  return {
    account: row.account,
    instances: row.instances,
    memoryMiB: row.memory_mib,
    quotaGiB: row.quota_gib,
    limits: {
      ...(row.max_instances !== null && { instances: row.max_instances }),
      ...(row.max_memory_mib !== null && { memoryMiB: row.max_memory_mib }),
      ...(row.max_quota_gib !== null && { quotaGiB: row.max_quota_gib }),
    },
  };
}
