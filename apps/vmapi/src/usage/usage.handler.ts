import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Bus } from '@nereid/bus';
import { getUsage, ServiceError, setUsageLimits } from '@nereid/contracts';
import { mustNotBeCustomer, ownAccountOnly } from '../callers';
import { CONFIG } from '@nereid/platform';
import type { VmapiConfig } from '../config';
import { UsageRepository } from './usage.repository';

/** Bus in: what accounts use and may use. */
@Injectable()
export class UsageHandler implements OnModuleInit {
  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(UsageRepository) private readonly usage: UsageRepository,
    @Inject(CONFIG) private readonly config: VmapiConfig,
  ) {}

  onModuleInit(): void {
    this.bus.serve(getUsage, async ({ account }, caller) => {
      const own = ownAccountOnly(caller, account);
      if (own === undefined) throw new ServiceError('MissingParameter', 'account is missing');
      return (await this.usage.find(own)) ?? { account: own, instances: 0, memoryMiB: 0, quotaGiB: 0, limits: this.config.defaultLimits };
    });
    this.bus.serve(setUsageLimits, ({ account, limits }, caller) => {
      mustNotBeCustomer(caller, 'limits are set by operators');
      return this.usage.setLimits(account, limits);
    });
  }
}
