import { Inject, Injectable } from '@nestjs/common';
import { type JobId, ServiceError, type ServerId, type VmId } from '@nereid/contracts';
import { OwnerPool } from '@nereid/database';
import { vmColumns, type VmRow } from '../vm-row';

/** More than the runs of one process; what is not taken is dropped with the rest. */
const rememberedMax = 1_000;

/** Rows as runs need them: whatever their state. */
@Injectable()
export class VmRunRepository {
  private readonly asking = new Map<VmId, Promise<VmRow>>();
  private readonly accepted = new Map<VmId, VmRow>();

  constructor(@Inject(OwnerPool) private readonly db: OwnerPool) {}

  /** @throws ResourceNotFound */
  async get(vm: VmId): Promise<VmRow> {
    const row = await this.db.maybe<VmRow>(`SELECT ${vmColumns('vm')} FROM vmapi.vm vm WHERE id = $1`, [vm]);
    if (!row) throw new ServiceError('ResourceNotFound', `instance ${vm} not found`);
    return row;
  }

  /**
   * Keeps a row that was inserted a moment ago, for the run that begins here at once: it need not read back what this process wrote.
   * What a customer changes meanwhile is told to the node like any change during a job.
   */
  remember(row: VmRow): void {
    if (this.accepted.size >= rememberedMax) this.accepted.clear();
    this.accepted.set(row.id, row);
  }

  /** For the task of a new instance: the remembered row once, and as it is now from then on. */
  take(vm: VmId): Promise<VmRow> {
    const row = this.accepted.get(vm);
    this.forget(vm);
    return row ? Promise.resolve(row) : this.get(vm);
  }

  /** A run that ended before its task keeps no row: with its metadata one may have half a megabyte. */
  forget(vm: VmId): void {
    this.accepted.delete(vm);
  }

  /** The same, in one read for steps that ask side by side: for what never changes of an instance. */
  getShared(vm: VmId): Promise<VmRow> {
    const accepted = this.accepted.get(vm);
    if (accepted) return Promise.resolve(accepted);
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
