import { Inject, Injectable } from '@nestjs/common';
import type { ServerId, VmId } from '@nereid/contracts';
import { OwnerPool } from '@nereid/database';
import { vmColumns, type VmRow } from './vm-row';

/** Which changes nodes have been told of. */
@Injectable()
export class VmPushRepository {
  constructor(@Inject(OwnerPool) private readonly db: OwnerPool) {}

  /** The instance, when its node lacks a change and no job is on it. */
  findUntold(id: VmId): Promise<VmRow | undefined> {
    return this.db.maybe<VmRow>(
      `SELECT ${vmColumns('vm')} FROM vmapi.vm vm
        WHERE id = $1 AND spec_generation > told_generation AND server IS NOT NULL AND job IS NULL AND ended IS NULL`,
      [id],
    );
  }

  /** The node confirmed the state as of `generation`. */
  async markTold(id: VmId, generation: number, server: ServerId): Promise<void> {
    await this.db.exec(
      'UPDATE vmapi.vm SET told_generation = $2 WHERE id = $1 AND server = $3 AND told_generation < $2 AND generation >= $2',
      [id, generation, server],
    );
  }
}
