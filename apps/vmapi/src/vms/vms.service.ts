import { Inject, Injectable } from '@nestjs/common';
import {
  type AccountId,
  type Caller,
  type CreateVm,
  type Idempotency,
  ServiceError,
  type Vm,
  type VmAndJob,
  vmCan,
  VmId,
  type VmState,
  type WantedPower,
} from '@nereid/contracts';
import type { Ids } from '@nereid/ports';
import { ownAccountOnly } from '../callers';
import { Catalogue } from '../catalogue/catalogue';
import type { VmapiConfig } from '../config';
import type { NewJob } from '../jobs/new-job';
import { VmJobs } from '../jobs/vm-jobs';
import { ServerStates } from '../servers/server-states';
import { CONFIG, IDS } from '@nereid/platform';
import { untilWritten, VmChangeRepository, type Written } from './vm-change.repository';
import { VmCreateRepository } from './vm-create.repository';
import type { VmRow } from './vm-row';
import { VmView } from './vm-view';
import { type VmListing, VmsRepository } from './vms.repository';
import { resolveWanted } from './wanted-vm';
import { VmRunRepository } from './workflows/vm-run.repository';

/** Which instance, for whom, under which request key. */
export interface Aim {
  readonly id: VmId;
  readonly owner?: AccountId | undefined;
  readonly idempotency?: Idempotency | undefined;
  /** Refuse when the row has another version. */
  readonly ifVersion?: number | undefined;
}

/** A job to be queued, and the statement that queues it. */
export interface Decided {
  readonly job: NewJob;
  readonly commit: () => Promise<Written>;
}

type PowerAction = 'start' | 'stop' | 'reboot';

/** Decides about instances; writes through repositories and wakes the workflows. */
@Injectable()
export class VmsService {
  constructor(
    @Inject(VmsRepository) private readonly vms: VmsRepository,
    @Inject(VmCreateRepository) private readonly creates: VmCreateRepository,
    @Inject(VmChangeRepository) private readonly changes: VmChangeRepository,
    @Inject(VmRunRepository) private readonly runRows: VmRunRepository,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(VmJobs) private readonly jobs: VmJobs,
    @Inject(ServerStates) private readonly servers: ServerStates,
    @Inject(VmView) private readonly view: VmView,
    @Inject(IDS) private readonly ids: Ids,
    @Inject(CONFIG) private readonly config: VmapiConfig,
  ) {}

  /**
   * Accepts an instance and wakes its provisioning.
   * @throws ValidationFailed @throws QuotaExceeded @throws IdempotencyMismatch @throws ResourceNotFound another account's owner
   */
  async create(caller: Caller, want: CreateVm): Promise<VmAndJob> {
    const owner = ownAccountOnly(caller, want.owner) ?? want.owner;
    if (want.server !== undefined && caller.kind === 'account')
      throw new ServiceError('NotAuthorized', 'the server is chosen by the cloud; only operators name one');
    const [pkg, image, networks] = await Promise.all([
      this.catalogue.package(want.package, owner),
      this.catalogue.image(want.image, owner, caller),
      this.catalogue.networksOf(want.networks, owner, caller),
    ]);
    const id = VmId.parse(this.ids.random());
    const wanted = resolveWanted(id, want, pkg, image, networks);
    const job = this.jobs.newJob('vm.provision', { vm: id }, 'provision');
    const row = await this.creates.insertWithJob(wanted, job, caller, want.idempotency, this.config.defaultLimits);
    if (!row) return this.replay(owner, want.idempotency!);
    if (row.job_state === 'running') this.runRows.remember(row);
    this.jobs.begin(job, { state: row.job_state, generation: row.generation - 1 });
    return { vm: this.view.tell(row), job: job.id };
  }

  /** One instance; destroyed ones for seven days. @throws ResourceNotFound */
  async get(id: VmId, owner: AccountId | undefined): Promise<Vm> {
    return this.view.show(await this.vms.get(id, owner));
  }

  async list(listing: VmListing): Promise<{ items: Vm[]; next?: string; total?: number }> {
    const page = await this.vms.list(listing, this.servers.down());
    return {
      items: page.rows.map((row) => this.view.show(row)),
      ...(page.next !== undefined && { next: page.next }),
      ...(page.total !== undefined && { total: page.total }),
    };
  }

  /** How many there are in each state; destroyed ones are not counted. */
  counts(): Promise<Partial<Record<VmState, number>>> {
    return this.vms.countByState(this.servers.down());
  }

  /**
   * Queues a start, stop or reboot; no job when it is as wanted already and nothing is under way.
   * @throws ResourceNotFound @throws Gone @throws UnallocatedVM @throws Conflict
   */
  async power(caller: Caller, aim: Aim, action: PowerAction): Promise<VmAndJob> {
    const power: WantedPower = action === 'stop' ? 'stopped' : 'running';
    return this.withJob(caller, aim, (row) => {
      this.mustBeAble(row, action);
      if (action !== 'reboot' && row.job === null && row.power_wanted === power && row.seen_state === power) return undefined;
      const job = this.jobs.newJob(`vm.${action}`, { vm: row.id }, action);
      return { job, commit: () => this.changes.changeWithJob(row, power, job, caller, aim.idempotency, false) };
    });
  }

  /** Queues the destruction and cancels what is queued or runs. Asked again: the job that does it. @throws CannotDestroyMachine protected */
  async destroy(caller: Caller, aim: Aim): Promise<VmAndJob> {
    return this.withJob(caller, aim, (row) => {
      if (row.ended === 'destroyed' || row.job_workflow === 'vm.destroy' || row.job_workflow === 'vm.forget') return undefined;
      if (row.deletion_protection)
        throw new ServiceError('CannotDestroyMachine', 'the instance is protected from deletion; disable its deletion protection first');
      const job = this.jobs.newJob('vm.destroy', { vm: row.id }, 'destroy');
      return { job, commit: () => this.changes.changeWithJob(row, 'gone', job, caller, aim.idempotency, true) };
    });
  }

  /** Frees what is kept of an instance whose server is dead. @throws Conflict its server answers */
  async forget(caller: Caller, aim: Pick<Aim, 'id' | 'ifVersion'>): Promise<VmAndJob> {
    return this.withJob(caller, aim, (row) => {
      if (row.ended === 'destroyed' || row.job_workflow === 'vm.forget') return undefined;
      if (row.server === null || !this.servers.isDown(row.server))
        throw new ServiceError('Conflict', 'its server is not down; destroy the instance instead');
      const job = this.jobs.newJob('vm.forget', { vm: row.id }, 'destroy');
      return { job, commit: () => this.changes.changeWithJob(row, 'gone', job, caller, undefined, true) };
    });
  }

  /** What an earlier request with this key came to; undefined when there was none. */
  async findReplay(owner: AccountId, idempotency: Idempotency | undefined): Promise<VmAndJob | undefined> {
    if (!idempotency) return undefined;
    const earlier = await this.creates.findByKey(owner, idempotency);
    return earlier && { vm: this.view.show(earlier.vm), ...(earlier.job && { job: earlier.job }) };
  }

  private async replay(owner: AccountId, idempotency: Idempotency): Promise<VmAndJob> {
    const earlier = await this.findReplay(owner, idempotency);
    if (earlier) return earlier;
    throw new ServiceError('Conflict', 'the request with this Idempotency-Key has not settled; try again');
  }

  /**
   * Reads the instance, lets `decide` say which job is to be queued and how it is committed (undefined: nothing is left to do), and begins
   * it. Decides again while others write in between. @throws ResourceNotFound @throws PreconditionFailed and whatever `decide` throws
   */
  async withJob(caller: Caller, aim: Aim, decide: (row: VmRow) => Decided | undefined | Promise<Decided | undefined>): Promise<VmAndJob> {
    const owner = ownAccountOnly(caller, aim.owner);
    let result: VmAndJob | undefined;
    let job: NewJob | undefined;
    const written = await untilWritten(async (): Promise<Written | undefined> => {
      const row = await this.vms.get(aim.id, owner);
      result = await this.findReplay(row.owner, aim.idempotency);
      if (result) return undefined;
      mustHaveVersion(row, aim.ifVersion);
      const decided = await decide(row);
      if (!decided) {
        if (aim.idempotency) await this.changes.keepAnswer(row, aim.idempotency, row.job ?? undefined);
        result = { vm: this.view.show(row), ...(row.job !== null && { job: row.job }) };
        return undefined;
      }
      job = decided.job;
      return decided.commit();
    });
    if (!written) return result!;
    this.jobs.begin(job!, { state: written.jobState!, generation: written.row.generation - 1 });
    for (const id of written.cancelled ?? []) this.jobs.wake(id);
    return { vm: this.view.tell(written.row), job: job!.id };
  }

  /** @throws Gone @throws UnallocatedVM @throws Conflict its state does not allow the action */
  mustBeAble(row: VmRow, action: PowerAction | 'resize'): void {
    const state = this.view.show(row).state;
    if (vmCan(action, state)) return;
    if (state === 'destroyed') throw new ServiceError('Gone', `instance ${row.id} is destroyed`);
    if (state === 'provisioning')
      throw new ServiceError('UnallocatedVM', 'the instance is still being provisioned; try again when it runs');
    throw new ServiceError('Conflict', `an instance that is ${state} cannot ${action === 'resize' ? 'be resized' : action}`);
  }
}

/** @throws PreconditionFailed the row was changed since the caller looked at it */
export function mustHaveVersion(row: VmRow, ifVersion: number | undefined): void {
  if (ifVersion !== undefined && row.version !== ifVersion)
    throw new ServiceError('PreconditionFailed', 'the instance was changed meanwhile; look at it again');
}
