import { ensureOperator } from '@nereid/contracts';
import { Bus } from '@nereid/bus';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { OperatorsService } from './operators.service';

@Injectable()
export class OperatorsHandler implements OnModuleInit {
  constructor(
    private readonly bus: Bus,
    private readonly operators: OperatorsService,
  ) {}

  onModuleInit(): void {
    this.bus.serve(ensureOperator, ({ login, password }, caller) => this.operators.ensure(caller, login, password), { maxInFlight: 4 });
  }
}
