import { Bus } from '@nereid/bus';
import {
  countJobs,
  countVms,
  listJobs,
  listServers,
  listVms,
  countPackages,
  summariseImages,
  summariseNetworks,
  summariseServers,
  type Job,
  type adminapi,
} from '@nereid/contracts';
import { CLOCK } from '@nereid/platform';
import type { Clock } from '@nereid/ports';
import { Inject, Injectable } from '@nestjs/common';
import type { OperatorCaller } from '../http/call';
import { toAmounts } from '../servers/server.mapper';
import { failedImage, fullNetwork, fullServer, jobItem, serverItem, vmItem, worstFirst } from './attention-items';

type Attention = NonNullable<ReturnType<(typeof adminapi.getAttention)['reply']['parse']>>;

const dayMs = 86_400_000;
/** Of each kind; the counts say how many there are in all. */
const mostOfKind = 50;
const mostItems = 200;

/** What operators look at first, gathered from all owners at once. */
@Injectable()
export class AttentionService {
  constructor(
    private readonly bus: Bus,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async gather(caller: OperatorCaller): Promise<Attention> {
    const { bus } = this;
    const counted = bus.call(countVms, {}, caller);
    // Looking for what is not there would read every instance.
    const vmsIn = async (state: 'failed' | 'unknown') =>
      (await counted).counts[state] === undefined
        ? { items: [] }
        : bus.call(listVms, { filter: { states: [state] }, limit: mostOfKind, sort: { by: 'updatedAt', descending: true } }, caller);
    const countedJobs = bus.call(countJobs, { finishedWithinMs: dayMs }, caller);
    const jobsIn = async (state: 'stuck' | 'failed') =>
      (await countedJobs).counts[state] === undefined ? { items: [] } : bus.call(listJobs, { state, limit: mostOfKind }, caller);
    const serversIn = (state: 'down' | 'suspect') => bus.call(listServers, { state, limit: mostOfKind }, caller);
    const [servers, down, suspect, vms, failedVms, unknownVms, jobs, stuckJobs, failedJobs, networks, images, packages] = await Promise.all(
      [
        bus.call(summariseServers, {}, caller),
        serversIn('down'),
        serversIn('suspect'),
        counted,
        vmsIn('failed'),
        vmsIn('unknown'),
        countedJobs,
        // Apart: however many failed since, a stuck one is not pushed out of sight.
        jobsIn('stuck'),
        jobsIn('failed'),
        bus.call(summariseNetworks, {}, caller),
        bus.call(summariseImages, {}, caller),
        bus.call(countPackages, {}, caller),
      ],
    );
    // A create that failed is one thing to look at, and the instance tells more of it than the job.
    const notMade = new Set(failedVms.items.map(({ id }) => id));
    const isTold = ({ workflow, vm }: Job): boolean => workflow === 'vm.provision' && notMade.has(vm);
    const items = [
      ...[...down.items, ...suspect.items].map(serverItem),
      ...servers.full.map(fullServer),
      ...stuckJobs.items.map(jobItem),
      ...failedJobs.items.filter((job) => this.isOfToday(job) && !isTold(job)).map(jobItem),
      ...[...failedVms.items, ...unknownVms.items].map(vmItem),
      ...networks.full.map(fullNetwork),
      ...images.failed.map(failedImage),
    ];
    return {
      items: items.sort(worstFirst).slice(0, mostItems),
      counts: {
        vms: vms.counts,
        servers: servers.counts,
        jobs: jobs.counts,
        images: images.total,
        networks: networks.total,
        packages: packages.active,
      },
      capacity: { sellable: toAmounts(servers.sellable), reserved: toAmounts(servers.reserved) },
    };
  }

  private isOfToday({ finishedAt }: Job): boolean {
    return finishedAt !== undefined && this.clock.nowMs() - Date.parse(finishedAt) < dayMs;
  }
}
