import { Inject, Injectable } from '@nestjs/common';
import { instanceSeries, readSeries, ServiceError, serverSeries, windowSeconds, type Series } from '@nereid/contracts';
import type { z } from 'zod';
import { MinutesRepository } from '../minutes/minutes.repository';
import { ServerNames } from '../names/server-names';
import { VmNames } from '../names/vm-names';
import type { ObjectWindow } from '../windows/object-window';
import { Seconds } from '../windows/seconds';
import { Windows } from '../windows/windows.service';

type Request = z.output<typeof readSeries.request>;
type Reply = z.input<typeof readSeries.reply>;

interface Target {
  readonly id: string;
  readonly series: readonly Series[];
  readonly window: ObjectWindow | undefined;
}

/** Answers the basic figures: seconds from memory, minutes from the database. */
@Injectable()
export class SeriesService {
  constructor(
    @Inject(Windows) private readonly windows: Windows,
    @Inject(MinutesRepository) private readonly minutes: MinutesRepository,
    @Inject(VmNames) private readonly vms: VmNames,
    @Inject(ServerNames) private readonly servers: ServerNames,
    @Inject(Seconds) private readonly seconds: Seconds,
  ) {}

  async read(request: Request): Promise<Reply> {
    const target = await this.targetOf(request.of);
    const { stepSeconds, after, steps, waitMs } = request;
    if (stepSeconds === 1 && after !== undefined) await this.seconds.until(after, waitMs);
    const names = new Set(request.series ?? target.series.map(({ name }) => name));
    const wanted = target.series.map((series, n) => ({ ...series, n })).filter(({ name }) => names.has(name));
    const head = stepSeconds === 1 ? this.seconds.head : Math.floor(this.seconds.head / 60) * 60 - 60;
    const reach = stepSeconds === 1 ? Math.min(steps, windowSeconds) : steps;
    const first = Math.max(head - (reach - 1) * stepSeconds, after === undefined ? 0 : Math.ceil((after + 1) / stepSeconds) * stepSeconds);
    const length = Math.max(0, Math.floor((head - first) / stepSeconds) + 1);
    const columns = stepSeconds === 1 ? undefined : await this.minutesOf(target.id, first, length);
    const valuesOf = (n: number): (number | null)[] => {
      if (columns) return columns.map((average) => average?.[n] ?? null);
      return target.window?.read(n, first, length) ?? Array<null>(length).fill(null);
    };
    return {
      stepSeconds,
      start: first,
      series: Object.fromEntries(wanted.map(({ name, unit, n }) => [name, { unit, values: valuesOf(n) }])),
    };
  }

  /** Of an account: its own instances, and of all others the same answer as of none. @throws ServiceError ResourceNotFound */
  private async targetOf(of: Request['of']): Promise<Target> {
    if ('server' in of) {
      const window = this.windows.server(of.server);
      if (!window && !this.servers.find(of.server)) throw notFound('server', of.server);
      return { id: of.server, series: serverSeries, window };
    }
    const vm = await this.vms.get(of.vm);
    if (!vm || (of.account !== undefined && vm.owner !== of.account)) throw notFound('instance', of.vm);
    return { id: of.vm, series: instanceSeries, window: this.windows.instance(of.vm) };
  }

  private async minutesOf(id: string, start: number, length: number): Promise<(readonly (number | null)[] | undefined)[]> {
    const rows = new Map((await this.minutes.read(id, start, length)).map((row) => [row.start, row.average]));
    return Array.from({ length }, (_, n) => rows.get(start + n * 60));
  }
}

function notFound(what: string, id: string): ServiceError {
  return new ServiceError('ResourceNotFound', `There are no figures of ${what} ${id}.`);
}
