import { Inject, Injectable } from '@nestjs/common';
import type { ServerId } from '@nereid/contracts';
import { OwnerPool } from '@nereid/database';
import { vmColumns, type VmRow } from '../vm-row';

/** Instances that are not as they are wanted, and on which no job is. */
@Injectable()
export class DeviationsRepository {
  constructor(@Inject(OwnerPool) private readonly db: OwnerPool) {}

  /**
   * At most `limit` of each kind: seen to differ in two complete reports; changed, and the node not told for 10 s; wanted gone for 30 s
   * while nothing works on it. Each kind has its partial index, empty when all is well.
   * @param down servers that do nothing they are asked: a job there would only fail and be made again
   */
  find(limit: number, down: readonly ServerId[]): Promise<VmRow[]> {
    const isInReach = '(server IS NULL OR server <> ALL ($2::uuid[]))';
    return this.db.many<VmRow>(
      `SELECT ${vmColumns('vm')} FROM vmapi.vm vm WHERE id IN (
         (SELECT id FROM vmapi.vm WHERE deviations >= 2 AND job IS NULL AND ${isInReach} ORDER BY id LIMIT $1)
         UNION
         (SELECT id FROM vmapi.vm
           WHERE spec_generation > told_generation AND server IS NOT NULL AND job IS NULL AND ended IS NULL
             AND seen_state IS DISTINCT FROM 'absent' AND updated_at < now() - interval '10 seconds' AND ${isInReach} ORDER BY updated_at LIMIT $1)
         UNION
         (SELECT id FROM vmapi.vm
           WHERE power_wanted = 'gone' AND ended IS NULL AND job IS NULL AND updated_at < now() - interval '30 seconds' AND ${isInReach}
           ORDER BY updated_at LIMIT $1))`,
      [limit, down],
    );
  }
}
