import { Module, type DynamicModule } from '@nestjs/common';
import { CLOCK, RateLimit } from '@nereid/platform';
import type { Clock } from '@nereid/ports';
import { AccountsHandler } from './accounts/accounts.handler';
import { AccountsRepository } from './accounts/accounts.repository';
import { AccountsService } from './accounts/accounts.service';
import { KeysHandler } from './keys/keys.handler';
import { KeysRepository } from './keys/keys.repository';
import { KeysService } from './keys/keys.service';
import { OperatorsHandler } from './operators/operators.handler';
import { OperatorsRepository } from './operators/operators.repository';
import { OperatorsService } from './operators/operators.service';
import { SecondFactorService } from './operators/second-factor.service';
import { SignInService } from './operators/sign-in.service';

@Module({
  providers: [
    AccountsRepository,
    AccountsService,
    AccountsHandler,
    KeysRepository,
    KeysService,
    KeysHandler,
    OperatorsRepository,
    OperatorsService,
    SignInService,
    SecondFactorService,
    OperatorsHandler,
  ],
})
export class IdentityModule {
  static of({ signIn }: { signIn: { perSecond: number; burst: number } }): DynamicModule {
    const limit = { provide: RateLimit, useFactory: (clock: Clock) => new RateLimit(clock, signIn), inject: [CLOCK] };
    return { module: IdentityModule, providers: [limit] };
  }
}
