import { Inject, Injectable } from '@nestjs/common';
import type { AuditEntry, VmId } from '@nereid/contracts';
import { OwnerPool, type Row } from '@nereid/database';

/** Finished changes, out of the audit. */
@Injectable()
export class VmAuditRepository {
  constructor(@Inject(OwnerPool) private readonly db: OwnerPool) {}

  /** Newest first. What nodes and reconcilers did of themselves is left out: nobody asked for it. */
  list(id: VmId, limit: number): Promise<AuditEntry[]> {
    return this.db.many(
      `SELECT id, resource_id, action, outcome, at, caller, detail FROM vmapi.audit
        WHERE resource_id = $1 AND resource = 'vm' AND outcome <> 'accepted' AND caller ->> 'kind' IN ('account', 'operator')
        ORDER BY id DESC LIMIT $2`,
      [id, limit],
      toEntry,
    );
  }
}

function toEntry(row: Row): AuditEntry {
  const caller = row.caller as { kind: string; ip?: string; login?: string; keyId?: string };
  return {
    id: String(row.id),
    vm: row.resource_id,
    action: row.action,
    success: row.outcome === 'succeeded',
    at: (row.at as Date).toISOString(),
    caller: {
      type: caller.kind === 'account' ? 'signature' : 'operator',
      ...(caller.ip !== undefined && { ip: caller.ip }),
      ...(caller.keyId !== undefined && { keyId: caller.keyId }),
    },
    ...(row.detail?.message !== undefined && { message: row.detail.message }),
  };
}
