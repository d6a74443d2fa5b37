import { Injectable } from '@nestjs/common';
import { OwnerPool } from '@nereid/database';

/** Being the one process that writes what servers' silence means: a session lock, so that a dead leader's goes with its connection. */
@Injectable()
export class Leadership {
  private held: { release: () => void } | undefined;

  constructor(private readonly db: OwnerPool) {}

  get isMine(): boolean {
    return this.held !== undefined;
  }

  /** Tries to become the leader; answers whether this process is it. Safe to repeat. */
  async tryToLead(): Promise<boolean> {
    if (this.held) return true;
    const connection = await this.db.connection();
    const isMine = await connection.sql
      .one<boolean>(
        `SELECT pg_try_advisory_lock(hashtext('nereid cnapi leader'), hashtext(current_database())) AS mine`,
        [],
        (row) => row.mine as boolean,
      )
      .catch((error: unknown) => {
        connection.release(true);
        throw error;
      });
    if (!isMine) {
      connection.release();
      return false;
    }
    const held = { release: () => connection.release(true) };
    this.held = held;
    void connection.closed.then(() => {
      if (this.held !== held) return;
      this.held = undefined;
      held.release();
    });
    return true;
  }

  resign(): void {
    const held = this.held;
    this.held = undefined;
    held?.release();
  }
}
