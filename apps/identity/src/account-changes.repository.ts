import type { Account, Caller } from '@nereid/contracts';
import type { Sql } from '@nereid/database';

/**
 * What every change here leaves in the same transaction: who did it, and word for those who keep copies of the account. A change of a
 * key is a change of its account, so that a cache has one thing to listen for.
 */
export async function recordAccountChange(
  tx: Sql,
  caller: Caller,
  change: { account: Account; action: string; resource: 'account' | 'key'; resourceId: string; detail?: object },
): Promise<void> {
  const { account } = change;
  await tx.exec(
    `WITH told AS (
       INSERT INTO identity.outbox (subject, resource_id, version, body) VALUES ('account.changed', $1::text, $2, $3)
     )
     INSERT INTO identity.audit (caller, account, action, resource, resource_id, outcome, detail)
     VALUES ($4, $1::uuid, $5, $6, $7, 'succeeded', $8)`,
    [
      account.id,
      account.version,
      JSON.stringify(account),
      JSON.stringify(caller),
      change.action,
      change.resource,
      change.resourceId,
      JSON.stringify(change.detail ?? {}),
    ],
  );
}
