import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { type Caller, RequestId, type VmId } from '@nereid/contracts';
import type { Clock, Ids } from '@nereid/ports';
import type { VmapiConfig } from '../../config';
import { VmJobs } from '../../jobs/vm-jobs';
import { ServerStates } from '../../servers/server-states';
import { CLOCK, CONFIG, IDS } from '@nereid/platform';
import type { Repair } from '../workflows/repair-vm';
import { VmChangeRepository } from '../vm-change.repository';
import type { VmRow } from '../vm-row';
import { DeviationsRepository } from './deviations.repository';

/** What one round came to; the last one is kept to be looked at. */
export interface Round {
  readonly at: string;
  readonly found: number;
  readonly jobs: { vm: VmId; workflow: string; repair?: Repair }[];
}

/**
 * Compares wanted with seen and inserts jobs; touches no node and no other service. It leaves alone what a job is on and what stands on a
 * server that is down, and acts on deviations seen in two complete reports, on changes that a node did not hear, and on destructions that
 * stopped half-way.
 * Any number may run: each job names the version of the row it was decided on, so that one of them wins.
 */
@Injectable()
export class VmsReconciler implements OnApplicationBootstrap, OnModuleDestroy {
  lastRound: Round | undefined;
  private stop: (() => void) | undefined;
  private running = false;
  private readonly log = new Logger(VmsReconciler.name);

  constructor(
    @Inject(DeviationsRepository) private readonly deviations: DeviationsRepository,
    @Inject(VmChangeRepository) private readonly changes: VmChangeRepository,
    @Inject(VmJobs) private readonly jobs: VmJobs,
    @Inject(ServerStates) private readonly servers: ServerStates,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: Ids,
    @Inject(CONFIG) private readonly config: VmapiConfig,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.roles.includes('worker')) return;
    this.stop = this.clock.every(this.config.reconcileEveryMs, () => {
      if (this.running) return;
      this.running = true;
      this.round()
        .catch((error: unknown) => this.log.error({ msg: 'a round of the reconciler failed', err: error }))
        .finally(() => (this.running = false));
    });
  }

  onModuleDestroy(): void {
    this.stop?.();
  }

  /** One round. Safe to run at any time and anywhere. */
  async round(): Promise<Round> {
    const found = await this.deviations.find(200, this.servers.down());
    const made: Round['jobs'] = [];
    for (const row of found) {
      const wish = wishFor(row);
      if (!wish) continue;
      const input = wish.repair ? { vm: row.id, repair: wish.repair } : { vm: row.id };
      const job = this.jobs.newJob(wish.workflow, input, wish.workflow === 'vm.destroy' ? 'destroy' : 'repair');
      const written = await this.changes.changeWithJob(row, undefined, job, this.caller(), undefined, false);
      if (written.kind !== 'written') continue;
      this.jobs.begin(job, { state: written.jobState!, generation: written.row.generation - 1 });
      made.push({ vm: row.id, workflow: wish.workflow, ...(wish.repair && { repair: wish.repair }) });
    }
    if (made.length > 0) this.log.log({ msg: 'jobs for what is not as wanted', jobs: made });
    this.lastRound = { at: new Date(this.clock.nowMs()).toISOString(), found: found.length, jobs: made };
    return this.lastRound;
  }

  private caller(): Caller {
    return { kind: 'service', service: 'vmapi', requestId: RequestId.parse(this.ids.random()) };
  }
}

/** What to do about a row that deviates. Pure. */
export function wishFor(
  row: Pick<VmRow, 'ended' | 'power_wanted' | 'seen_state' | 'server' | 'deviations'>,
): { workflow: 'vm.repair' | 'vm.destroy'; repair?: Repair } | undefined {
  if (row.ended !== null) return { workflow: 'vm.repair', repair: 'remove' };
  if (row.power_wanted === 'gone') return { workflow: 'vm.destroy' };
  if (row.server === null || row.seen_state === 'absent') return undefined;
  if (row.deviations < 2) return { workflow: 'vm.repair', repair: 'update' };
  if (row.power_wanted === 'running' && row.seen_state === 'stopped') return { workflow: 'vm.repair', repair: 'start' };
  if (row.power_wanted === 'stopped' && row.seen_state === 'running') return { workflow: 'vm.repair', repair: 'stop' };
  return undefined;
}
