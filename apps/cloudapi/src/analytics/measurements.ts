import { Bus } from '@nereid/bus';
import {
  getInstrumentation,
  InstrumentationId,
  readValues,
  ServiceError,
  type Account,
  type Caller,
  type Instrumentation,
  type ValueColumn,
} from '@nereid/contracts';
import { Injectable } from '@nestjs/common';
import { invalidArgument } from '../published-errors';
import type { Stretches } from './time-range';

/** Seconds that are asked for at once: an answer has to fit into a message, with every key and bucket that there can be. */
const secondsPerCall = 20;

export interface Who {
  readonly account: Account;
  readonly caller: Caller;
}

/** What was measured in one stretch. */
export interface Measured {
  readonly start: number;
  readonly columns: readonly ValueColumn[];
}

export interface Reading {
  readonly instrumentation: Instrumentation;
  readonly stretches: readonly Measured[];
  /** What keys are called, where that is known. */
  readonly names: Readonly<Record<string, string>>;
}

/** An account's instrumentations and their values, by analytics. Every call names the account: another's is not there. */
@Injectable()
export class Measurements {
  constructor(private readonly bus: Bus) {}

  /** @throws ServiceError ResourceNotFound, for another's too */
  get(text: string, { account, caller }: Who): Promise<Instrumentation> {
    return this.bus.call(getInstrumentation, { id: idOf(text), account: account.id }, caller);
  }

  /** @throws ServiceError ResourceNotFound; InvalidArgument a second that is asked for is not over, even after waiting */
  async read(text: string, wanted: Stretches, waitMs: number, who: Who): Promise<Reading> {
    const instrumentation = await this.get(text, who);
    const { duration, count } = wanted;
    const start = wanted.start ?? (await this.newest(instrumentation, who)) - duration * count + 1;
    const end = start + duration * count;
    const bySecond = new Map<number, ValueColumn>();
    let names: Record<string, string> = {};
    for (let first = start; first < end; first += secondsPerCall) {
      const last = Math.min(first + secondsPerCall, end) - 1;
      const request = { id: instrumentation.id, account: who.account.id, until: Math.max(0, last), seconds: last - first + 1, waitMs };
      const reply = await this.bus.call(readValues, request, who.caller);
      if (reply.head < last) throw invalidArgument('end_time', `Second ${last} is not over yet; ${reply.head} is the last that is.`);
      for (const column of reply.columns) bySecond.set(column.second, column);
      names = { ...names, ...reply.names };
    }
    const at = (second: number): ValueColumn => bySecond.get(second) ?? { second, reporting: 0, cells: [] };
    const stretches = Array.from({ length: count }, (_, n) => {
      const from = start + n * duration;
      return { start: from, columns: Array.from({ length: duration }, (__, more) => at(from + more)) };
    });
    return { instrumentation, stretches, names };
  }

  private async newest({ id }: Instrumentation, { account, caller }: Who): Promise<number> {
    return (await this.bus.call(readValues, { id, account: account.id, seconds: 1 }, caller)).head;
  }
}

/** @throws ServiceError ResourceNotFound it is no id, and so nothing has it */
export function idOf(text: string): InstrumentationId {
  const id = InstrumentationId.safeParse(text);
  if (!id.success) throw new ServiceError('ResourceNotFound', `There is no instrumentation ${text.slice(0, 64)}.`);
  return id.data;
}
