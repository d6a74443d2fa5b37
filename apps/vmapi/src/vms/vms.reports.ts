import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Bus } from '@nereid/bus';
import {
  type Caller,
  guestMetadataChanged,
  instancesSeen,
  type JobId,
  reportDigest,
  RequestId,
  ServiceError,
  type ServerId,
  snapshotWanted,
  taskFinished,
  type TaskId,
  type TaskOutcome,
} from '@nereid/contracts';
import type { Clock, Ids } from '@nereid/ports';
import { VmJobs } from '../jobs/vm-jobs';
import { CLOCK, IDS } from '@nereid/platform';
import { GuestMetadata } from './guest-metadata';
import { VmPusher } from './vm-pusher';
import { type Report, VmSeenRepository } from './vm-seen.repository';
import { VmView } from './vm-view';
import { VmRunRepository } from './workflows/vm-run.repository';

/** One process of vmapi takes each report; which one does not matter. */
const queue = 'vmapi';
/** A server that reports wrongly all the time shall not be asked all the time. */
const askAgainMs = 5_000;

/** Nodes in: what they see, what their tasks came to, what guests wrote. The server is the subject's, never the body's. */
@Injectable()
export class VmsReports implements OnModuleInit {
  private readonly asked = new Map<ServerId, number>();
  private readonly log = new Logger(VmsReports.name);

  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(VmSeenRepository) private readonly seen: VmSeenRepository,
    @Inject(VmView) private readonly view: VmView,
    @Inject(VmJobs) private readonly jobs: VmJobs,
    @Inject(VmRunRepository) private readonly runs: VmRunRepository,
    @Inject(VmPusher) private readonly pusher: VmPusher,
    @Inject(GuestMetadata) private readonly guests: GuestMetadata,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: Ids,
  ) {}

  onModuleInit(): void {
    this.bus.onReport(instancesSeen, (server, report) => this.take(server, report), { queue });
    this.bus.onReport(reportDigest, (server, { boot, lastSeq }) => this.compare(server, boot, lastSeq), { queue });
    this.bus.onReport(
      taskFinished,
      async (server, { taskId, outcome }) => {
        await this.finished(server, taskId, outcome);
        return { recorded: true as const };
      },
      { queue },
    );
    this.bus.onReport(
      guestMetadataChanged,
      async (server, change) => {
        const [owned] = await this.seen.ownedBy(server, [change.vm]);
        if (!owned) throw new ServiceError('ResourceNotFound', `instance ${change.vm} is not on this server`);
        await this.guests.apply(change, this.asNode(server));
        return { recorded: true as const };
      },
      { queue },
    );
  }

  /** Writes what is news and tells who listens. */
  async take(server: ServerId, report: Report): Promise<void> {
    const { changed, strangers, isUnsure } = await this.seen.apply(server, report);
    for (const row of changed) this.view.tell(row);
    if (isUnsure) this.clock.after(askAgainMs, () => void this.ask(server));
    // Not touched: an instance of which nothing is known may be somebody's data.
    if (strangers.length > 0)
      this.log.error({ msg: 'a server has instances that vmapi does not know', server, vms: strangers.slice(0, 20) });
  }

  /** Writes what a task came to. What nobody waits for, the node may forget as well; what is not the server's is not believed. */
  async finished(server: ServerId, taskId: TaskId, outcome: TaskOutcome): Promise<void> {
    if (await this.pusher.finished(server, taskId, outcome.state === 'done')) return;
    const run = taskId.slice(0, taskId.indexOf('/')) as JobId;
    if (await this.runs.isOn(run, server)) await this.jobs.recordTaskResult(taskId, outcome);
    else this.log.warn({ msg: 'a server speaks of a task that is not its', server, taskId });
  }

  /** Asks for a complete report when something never came. */
  async compare(server: ServerId, boot: number, lastSeq: number): Promise<void> {
    if (!(await this.seen.hasMissed(server, boot, lastSeq))) return;
    const now = this.clock.monotonicMs();
    if (now - (this.asked.get(server) ?? -Infinity) < askAgainMs) return;
    this.asked.set(server, now);
    await this.ask(server);
  }

  private async ask(server: ServerId): Promise<void> {
    await this.bus.callNode(snapshotWanted, server, {}, this.asNode(server)).catch((error: unknown) => {
      this.log.debug({ msg: 'a server did not answer the request for a complete report', server, err: error });
    });
  }

  private asNode(server: ServerId): Caller {
    return { kind: 'node', server, requestId: RequestId.parse(this.ids.random()) };
  }
}
