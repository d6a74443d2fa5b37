import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Bus } from '@nereid/bus';
import {
  cloneInstrumentation,
  createInstrumentation,
  deleteInstrumentation,
  getInstrumentation,
  listInstrumentations,
  readValues,
} from '@nereid/contracts';
import { InstrumentationsService } from './instrumentations.service';

/** Bus in. */
@Injectable()
export class InstrumentationsHandler implements OnModuleInit {
  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(InstrumentationsService) private readonly instrumentations: InstrumentationsService,
  ) {}

  onModuleInit(): void {
    const { bus, instrumentations } = this;
    bus.serve(createInstrumentation, ({ account, want }, caller) => instrumentations.create(account, want, caller));
    bus.serve(cloneInstrumentation, ({ id, account, change }, caller) => instrumentations.clone(id, account, change, caller));
    bus.serve(getInstrumentation, ({ id, account }) => instrumentations.get(id, account));
    bus.serve(listInstrumentations, ({ account, all }) => ({ instrumentations: instrumentations.list(account, all) }));
    bus.serve(deleteInstrumentation, async ({ id, account }, caller) => {
      await instrumentations.delete(id, account, caller);
      return { deleted: true as const };
    });
    bus.serve(readValues, (request) => instrumentations.values(request));
  }
}
