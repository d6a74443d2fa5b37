import { Module } from '@nestjs/common';
import { AccountsHandler } from './accounts/accounts.handler';
import { AccountsRepository } from './accounts/accounts.repository';
import { AccountsService } from './accounts/accounts.service';
import { KeysHandler } from './keys/keys.handler';
import { KeysRepository } from './keys/keys.repository';
import { KeysService } from './keys/keys.service';
import { OperatorsHandler } from './operators/operators.handler';
import { OperatorsRepository } from './operators/operators.repository';
import { OperatorsService } from './operators/operators.service';

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
    OperatorsHandler,
  ],
})
export class IdentityModule {}
