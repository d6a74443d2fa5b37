import { Inject, Injectable } from '@nestjs/common';
import type { AccountId, Caller, ConsoleWish, VmId } from '@nereid/contracts';
import { OwnerPool } from '@nereid/database';
import { auditCaller } from '../callers';

/** Who was let to a console, in the audit. */
@Injectable()
export class VmConsoleRepository {
  constructor(@Inject(OwnerPool) private readonly db: OwnerPool) {}

  /** Notes a session that was opened, as CloudAPI's audit shows it: `console`, `console_watch` or `exec`. What is typed is nobody's business here. */
  async noteOpened(vm: VmId, owner: AccountId, wish: ConsoleWish, caller: Caller): Promise<void> {
    const action = wish.kind === 'exec' ? 'exec' : wish.mode === 'watch' ? 'console_watch' : 'console';
    await this.db.exec(
      `INSERT INTO vmapi.audit (caller, account, action, resource, resource_id, outcome) VALUES ($1::jsonb, $2, $3, 'vm', $4, 'succeeded')`,
      [JSON.stringify(auditCaller(caller)), owner, action, vm],
    );
  }
}
