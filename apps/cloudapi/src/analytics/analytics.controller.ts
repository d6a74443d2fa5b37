import { Bus } from '@nereid/bus';
import {
  cloneInstrumentation,
  cloudapi,
  createInstrumentation,
  deleteInstrumentation,
  FieldName,
  InstrumentationWant,
  listInstrumentations,
  type InstrumentationChange,
} from '@nereid/contracts';
import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { Answer, Call } from '../http/call';
import { Route } from '../http/route.decorator';
import { asInvalidArgument, invalidArgument, missingParameter } from '../published-errors';
import { description } from './description';
import { detailsAt, drawHeatmap } from './heatmap/heatmap';
import { instrumentationPath, toInstrumentation } from './instrumentation.mapper';
import { idOf, Measurements, type Who } from './measurements';
import { stretchesOf } from './time-range';
import { toRawValue } from './values';

/** Customers measure their own instances; that it is no other's is analytics' to see to, by the account of every call. */
@Controller()
export class AnalyticsController {
  constructor(
    private readonly bus: Bus,
    private readonly measurements: Measurements,
  ) {}

  @Route(cloudapi.describeAnalytics)
  describe(): Answer<typeof cloudapi.describeAnalytics> {
    return { body: description() };
  }

  @Route(cloudapi.listInstrumentations)
  async list({ account, caller }: Call<typeof cloudapi.listInstrumentations>): Promise<Answer<typeof cloudapi.listInstrumentations>> {
    const { instrumentations } = await this.bus.call(listInstrumentations, { account: account.id }, caller);
    const body = instrumentations.map((it) => toInstrumentation(it, account.login));
    return { body, headers: { 'x-resource-count': body.length } };
  }

  @Route(cloudapi.createInstrumentation)
  async create(call: Call<typeof cloudapi.createInstrumentation>): Promise<Answer<typeof cloudapi.createInstrumentation>> {
    const { account, caller, input } = call;
    if (input.clone !== undefined) return this.cloned(input.clone, changeOf(input), call);
    const { module, stat } = input;
    if (module === undefined || stat === undefined) throw missingParameter(module === undefined ? 'module' : 'stat');
    const want = InstrumentationWant.parse({ ...changeOf(input), module, stat });
    const made = await asInvalidArgument(['ValidationFailed'], this.bus.call(createInstrumentation, { account: account.id, want }, caller));
    return this.made(made, account.login);
  }

  @Route(cloudapi.getInstrumentation)
  async get(call: Call<typeof cloudapi.getInstrumentation>): Promise<Answer<typeof cloudapi.getInstrumentation>> {
    return { body: toInstrumentation(await this.measurements.get(call.params.id, call), call.account.login) };
  }

  @Route(cloudapi.cloneInstrumentation)
  async clone(call: Call<typeof cloudapi.cloneInstrumentation>): Promise<Answer<typeof cloudapi.cloneInstrumentation>> {
    return this.cloned(call.params.id, changeOf(call.input), call);
  }

  @Route(cloudapi.deleteInstrumentation)
  async delete(call: Call<typeof cloudapi.deleteInstrumentation>): Promise<Answer<typeof cloudapi.deleteInstrumentation>> {
    const { account, caller, params } = call;
    await this.bus.call(deleteInstrumentation, { id: idOf(params.id), account: account.id }, caller);
    return {};
  }

  @Route(cloudapi.getInstrumentationValue)
  async value(call: Call<typeof cloudapi.getInstrumentationValue>): Promise<Answer<typeof cloudapi.getInstrumentationValue>> {
    const { params, input } = call;
    const stretches = stretchesOf(input, 1, input.ndatapoints ?? 1);
    const reading = await this.measurements.read(params.id, stretches, input.timeout, call);
    const values = reading.stretches.map((measured) => toRawValue(measured, reading, input.transformations));
    return { body: input.ndatapoints === undefined ? values[0]! : values };
  }

  @Route(cloudapi.getInstrumentationHeatmap)
  async heatmap(call: Call<typeof cloudapi.getInstrumentationHeatmap>): Promise<Answer<typeof cloudapi.getInstrumentationHeatmap>> {
    const { params, input } = call;
    return { body: await drawHeatmap(await this.measurements.read(params.id, stretchesOf(input, 60, 1), input.timeout, call), input) };
  }

  @Route(cloudapi.getInstrumentationHeatmapDetails)
  async details(
    call: Call<typeof cloudapi.getInstrumentationHeatmapDetails>,
  ): Promise<Answer<typeof cloudapi.getInstrumentationHeatmapDetails>> {
    const { params, input } = call;
    return { body: detailsAt(await this.measurements.read(params.id, stretchesOf(input, 60, 1), input.timeout, call), input) };
  }

  private async cloned(
    id: string,
    change: InstrumentationChange,
    { account, caller }: Who,
  ): Promise<{ body: cloudapi.InstrumentationObject }> {
    const request = { id: idOf(id), account: account.id, change };
    return this.made(await asInvalidArgument(['ValidationFailed'], this.bus.call(cloneInstrumentation, request, caller)), account.login);
  }

  private made(it: Parameters<typeof toInstrumentation>[0], login: string) {
    return { body: toInstrumentation(it, login), headers: { Location: instrumentationPath(login, it.id) } };
  }
}

type Input = z.output<typeof cloudapi.createInstrumentation.input> | z.output<typeof cloudapi.cloneInstrumentation.input>;

/** What a request says of an instrumentation, in analytics' words; what it does not say is left out. */
function changeOf(input: Input): InstrumentationChange {
  const { module, stat, predicate } = input;
  const decomposition = input.decomposition?.map((name) => {
    const known = FieldName.safeParse(name);
    if (!known.success) throw invalidArgument('decomposition', `There is no field ${name.slice(0, 64)}.`);
    return known.data;
  });
  const idleMaxSeconds = input['idle-max'];
  return {
    ...(module !== undefined && { module }),
    ...(stat !== undefined && { stat }),
    ...(predicate !== undefined && { predicate }),
    ...(decomposition !== undefined && { decomposition }),
    ...(idleMaxSeconds !== undefined && { idleMaxSeconds }),
  };
}
