import { Bus } from '@nereid/bus';
import {
  adminapi,
  cloneInstrumentation,
  createInstrumentation,
  deleteInstrumentation,
  fields,
  getInstrumentation,
  listInstrumentations,
  metrics,
  readSeries,
  readValues,
} from '@nereid/contracts';
import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { Answer, Call } from '../http/call';
import { Route } from '../http/route.decorator';

type SeriesReply = z.output<typeof readSeries.reply>;
type SeriesCall = Call<typeof adminapi.getServerSeries> | Call<typeof adminapi.getVmSeries>;

/** Instrumentations and figures, by analytics. */
@Controller()
export class AnalyticsController {
  constructor(private readonly bus: Bus) {}

  @Route(adminapi.getCatalog)
  catalog(): Answer<typeof adminapi.getCatalog> {
    const shownFields = Object.entries(fields).map(([name, { label, arity, ...more }]) => [
      name,
      { label, arity, ...('unit' in more && { unit: more.unit }) },
    ]);
    const shownMetrics = metrics.map(({ module, stat, label, unit, fields: names }) => ({ module, stat, label, unit, fields: [...names] }));
    return { body: { metrics: shownMetrics, fields: Object.fromEntries(shownFields) as adminapi.CatalogObject['fields'] } };
  }

  @Route(adminapi.listInstrumentations)
  async list({ query, caller }: Call<typeof adminapi.listInstrumentations>): Promise<Answer<typeof adminapi.listInstrumentations>> {
    return { body: (await this.bus.call(listInstrumentations, query, caller)).instrumentations };
  }

  @Route(adminapi.createInstrumentation)
  async create({ body, caller }: Call<typeof adminapi.createInstrumentation>): Promise<Answer<typeof adminapi.createInstrumentation>> {
    return { body: await this.bus.call(createInstrumentation, { want: body }, caller) };
  }

  @Route(adminapi.getInstrumentation)
  async get({ params, caller }: Call<typeof adminapi.getInstrumentation>): Promise<Answer<typeof adminapi.getInstrumentation>> {
    return { body: await this.bus.call(getInstrumentation, params, caller) };
  }

  @Route(adminapi.cloneInstrumentation)
  async clone(call: Call<typeof adminapi.cloneInstrumentation>): Promise<Answer<typeof adminapi.cloneInstrumentation>> {
    return { body: await this.bus.call(cloneInstrumentation, { ...call.params, change: call.body }, call.caller) };
  }

  @Route(adminapi.deleteInstrumentation)
  async delete({ params, caller }: Call<typeof adminapi.deleteInstrumentation>): Promise<Answer<typeof adminapi.deleteInstrumentation>> {
    await this.bus.call(deleteInstrumentation, params, caller);
    return {};
  }

  @Route(adminapi.getValues)
  async values({ params, query, caller }: Call<typeof adminapi.getValues>): Promise<Answer<typeof adminapi.getValues>> {
    const { after, wait_ms: waitMs, seconds } = query;
    return { body: await this.bus.call(readValues, { ...params, after, waitMs, seconds }, caller) };
  }

  @Route(adminapi.getServerSeries)
  serverSeries(call: Call<typeof adminapi.getServerSeries>): Promise<Answer<typeof adminapi.getServerSeries>> {
    return this.series({ server: call.params.uuid }, call);
  }

  @Route(adminapi.getVmSeries)
  vmSeries(call: Call<typeof adminapi.getVmSeries>): Promise<Answer<typeof adminapi.getVmSeries>> {
    return this.series({ vm: call.params.uuid }, call);
  }

  private async series(of: z.output<typeof readSeries.request>['of'], { query, caller }: SeriesCall): Promise<{ body: SeriesReply }> {
    const { series, step_seconds: step, steps, after, wait_ms: waitMs } = query;
    const stepSeconds = step === '60' ? 60 : 1;
    return { body: await this.bus.call(readSeries, { of, series, stepSeconds, steps, after, waitMs }, caller) };
  }
}
