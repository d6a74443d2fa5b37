import { beginOperatorTotp, confirmOperatorTotp, ensureOperator, getOperator, removeOperatorTotp, verifyOperator } from '@nereid/contracts';
import { Bus } from '@nereid/bus';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { OperatorsService } from './operators.service';
import { SecondFactorService } from './second-factor.service';
import { SignInService } from './sign-in.service';

@Injectable()
export class OperatorsHandler implements OnModuleInit {
  constructor(
    private readonly bus: Bus,
    private readonly operators: OperatorsService,
    private readonly signIns: SignInService,
    private readonly secondFactors: SecondFactorService,
  ) {}

  onModuleInit(): void {
    this.bus.serve(ensureOperator, ({ login, password }, caller) => this.operators.ensure(caller, login, password), { maxInFlight: 4 });
    // Each check costs 19 MiB and 25 ms: few at a time, whatever comes in.
    this.bus.serve(verifyOperator, (tried, caller) => this.signIns.verify(caller, tried), { maxInFlight: 4 });
    this.bus.serve(getOperator, ({ id }, caller) => this.operators.get(caller, id));
    this.bus.serve(beginOperatorTotp, (_, caller) => this.secondFactors.begin(caller));
    this.bus.serve(confirmOperatorTotp, ({ code }, caller) => this.secondFactors.confirm(caller, code));
    this.bus.serve(removeOperatorTotp, ({ code }, caller) => this.secondFactors.remove(caller, code));
  }
}
