import { Inject, Injectable, Logger } from '@nestjs/common';
import { Bus } from '@nereid/bus';
import { type Caller, type ServerId, TaskId, taskRun, type VmId } from '@nereid/contracts';
import type { VmapiConfig } from '../config';
import { CONFIG } from '@nereid/platform';
import { instanceSpecOf } from './instance-spec';
import { VmPushRepository } from './vm-push.repository';

/** Pushes at the same time; one more is left to the reconciler. */
const maxInFlight = 64;

/**
 * Above every epoch of a job: a push takes a generation of its own, so nothing else competes at it, but it may repeat the generation that
 * the last job's undo had.
 */
const pushEpoch = 2_000_000_000;

/**
 * Tells nodes of changed metadata, tags and names as soon as they are committed. Best effort: while a job is on the instance the job
 * carries the change or ends before it, and what a node did not hear the reconciler says again.
 */
@Injectable()
export class VmPusher {
  private inFlight = 0;
  private readonly log = new Logger(VmPusher.name);

  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(VmPushRepository) private readonly rows: VmPushRepository,
    @Inject(CONFIG) private readonly config: VmapiConfig,
  ) {}

  /** Never throws; nobody waits for it. */
  async push(id: VmId, caller: Caller): Promise<void> {
    if (this.inFlight >= maxInFlight) return;
    this.inFlight++;
    try {
      const row = await this.rows.findUntold(id);
      if (!row?.server) return;
      const outcome = await this.bus.callNode(
        taskRun,
        row.server,
        {
          taskId: TaskId.parse(`${id}/push-${row.generation}/do`),
          kind: 'instance.update',
          generation: row.generation,
          epoch: pushEpoch,
          notAfterMs: 10_000,
          spec: { instance: instanceSpecOf(row, this.config.datacenter) },
        },
        caller,
      );
      if (outcome.state === 'done') await this.rows.markTold(id, row.generation, row.server);
      if (outcome.state === 'failed')
        this.log.warn({ msg: 'a node could not apply a change', vm: id, server: row.server, error: outcome.error });
    } catch (error) {
      this.log.debug({ msg: 'a node was not told of a change; the reconciler will', vm: id, err: error });
    } finally {
      this.inFlight--;
    }
  }

  /** The end of a push that took its time. Answers whether the task was a push at all. */
  async finished(server: ServerId, taskId: TaskId, succeeded: boolean): Promise<boolean> {
    const [id, step] = taskId.split('/') as [VmId, string];
    if (!step.startsWith('push-')) return false;
    if (succeeded) await this.rows.markTold(id, Number(step.slice('push-'.length)), server);
    return true;
  }
}
