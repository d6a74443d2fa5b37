import { Inject, Injectable } from '@nestjs/common';
import { type JobId, ServiceError, type ServerId, type VmId } from '@nereid/contracts';
import { OwnerPool } from '@nereid/database';
import { vmColumns, type VmRow } from '../vm-row';

/** Rows as runs need them: whatever their state. */
@Injectable()
export class VmRunRepository {
  private readonly asking = new Map<VmId, Promise<VmRow>>();

  constructor(@Inject(OwnerPool) private readonly db: OwnerPool) {}

  /** @throws ResourceNotFound */
  async get(vm: VmId): Promise<VmRow> {
    const row = await this.db.maybe<VmRow>(`SELECT ${vmColumns('vm')} FROM vmapi.vm vm WHERE id = $1`, [vm]);
    if (!row) throw new ServiceError('ResourceNotFound', `instance ${vm} not found`);
    return row;
  }

  /** The same, in one read for steps that ask side by side. */
  getShared(vm: VmId): Promise<VmRow> {
    const asked = this.asking.get(vm) ?? this.get(vm).finally(() => this.asking.delete(vm));
    this.asking.set(vm, asked);
    return asked;
  }

  /** The instance that a run was for. */
  findOfRun(run: JobId): Promise<VmRow | undefined> {
    return this.db.maybe<VmRow>(`SELECT ${vmColumns('vm')} FROM vmapi.job j JOIN vmapi.vm vm ON vm.id = j.vm WHERE j.id = $1`, [run]);
  }

  /** Whether a run has to do with a server: its instance stands there, or is being made there. A node may speak of no other run's tasks. */
  isOn(run: JobId, server: ServerId): Promise<boolean> {
    return this.db.one(
      `SELECT EXISTS (SELECT FROM vmapi.job j JOIN vmapi.vm v ON v.id = j.vm WHERE j.id = $1 AND v.server = $2)
           OR EXISTS (SELECT FROM vmapi.job_step s WHERE s.job = $1 AND s.step = 'pick-server' AND (s.output ->> 'server')::uuid = $2) AS is_on`,
      [run, server],
      (row) => row.is_on as boolean,
    );
  }
}
