import {
  cloneInstrumentation,
  createInstrumentation,
  deleteInstrumentation,
  getInstrumentation,
  InstrumentationId,
  InstrumentationWant,
  invalidField,
  listInstrumentations,
  readValues,
  ServiceError,
  type AccountId,
  type Instrumentation,
  type ValueColumn,
} from '@nereid/contracts';
import { SystemIds } from '@nereid/ports';
import type { InMemoryBus } from './in-memory-bus';

const ids = new SystemIds();

/** analytics behind the door: keeps what it is told, and has measured what a test says. */
export class SmallAnalytics {
  readonly made = new Map<string, Instrumentation>();
  /** The newest second that is over. */
  head = 1_800_000_000;
  /** By second; of the others nothing was heard. */
  readonly columns = new Map<number, ValueColumn>();
  names: Record<string, string> = {};
  isFull = false;

  constructor(bus: InMemoryBus) {
    const mine = (id: string, account: AccountId | undefined): Instrumentation => {
      const found = this.made.get(id);
      if (!found || found.account !== account) throw new ServiceError('ResourceNotFound', `There is no instrumentation ${id}.`);
      return found;
    };
    bus.serve(createInstrumentation, ({ account, want }) => this.make(account, want));
    bus.serve(cloneInstrumentation, ({ id, account, change }) => {
      const { module, stat, predicate, decomposition, idleMaxSeconds } = mine(id, account);
      return this.make(account, InstrumentationWant.parse({ module, stat, predicate, decomposition, idleMaxSeconds, ...change }));
    });
    bus.serve(getInstrumentation, ({ id, account }) => mine(id, account));
    bus.serve(listInstrumentations, ({ account }) => ({
      instrumentations: [...this.made.values()].filter((one) => one.account === account),
    }));
    bus.serve(deleteInstrumentation, ({ id, account }) => {
      this.made.delete(mine(id, account).id);
      return { deleted: true as const };
    });
    bus.serve(readValues, ({ id, account, until, seconds }) => {
      mine(id, account);
      const last = Math.min(this.head, until ?? this.head);
      const columns = Array.from({ length: seconds }, (_, n) => last - seconds + 1 + n).flatMap((second) => this.columns.get(second) ?? []);
      return { head: this.head, columns, names: this.names };
    });
  }

  private make(account: AccountId | undefined, want: InstrumentationWant): Instrumentation {
    if (this.isFull) throw new ServiceError('QuotaExceeded', 'Enough.');
    if (want.decomposition.includes('hostname')) throw invalidField('decomposition', `${want.module}.${want.stat} has no field hostname.`);
    const made: Instrumentation = {
      id: InstrumentationId.parse(ids.random()),
      ...(account && { account }),
      ...want,
      createdAt: '2026-11-22T10:00:00.000Z',
      sources: { on: 1, wanted: 2 },
    };
    this.made.set(made.id, made);
    return made;
  }
}
