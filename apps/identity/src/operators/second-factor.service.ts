import { ServiceError, type Caller, type Operator } from '@nereid/contracts';
import { CLOCK, RANDOM, RateLimit } from '@nereid/platform';
import type { Clock, Random } from '@nereid/ports';
import { Inject, Injectable } from '@nestjs/common';
import { OperatorsRepository, shownOperator, type OperatorRow } from './operators.repository';
import { base32, secretBytes, stepOf } from './totp';

/** An operator's own second factor: turned on in two steps, so that nobody is locked out by a code that never worked. */
@Injectable()
export class SecondFactorService {
  constructor(
    private readonly operators: OperatorsRepository,
    private readonly limit: RateLimit,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOM) private readonly random: Random,
  ) {}

  /** A new secret, in base32, to be confirmed. @throws Conflict a second factor is on */
  async begin(caller: Caller): Promise<{ secret: string }> {
    const { id } = await this.callingOperator(caller);
    const secret = Buffer.from(this.random.bytes(secretBytes));
    if (!(await this.operators.beginTotp(id, secret)))
      throw new ServiceError('Conflict', 'A second factor is on already; turn it off first.');
    return { secret: base32(secret) };
  }

  /** @throws InvalidArgument the code is wrong @throws Conflict none was begun */
  async confirm(caller: Caller, code: string): Promise<Operator> {
    const operator = await this.callingOperator(caller);
    const pending = operator.totpPending;
    if (!pending) throw new ServiceError('Conflict', 'No second factor waits to be confirmed.');
    const step = this.stepOrRefuse(operator, pending, code);
    const confirmed = await this.operators.confirmTotp(operator.id, pending, step, caller);
    if (!confirmed) throw new ServiceError('Conflict', 'The secret was replaced meanwhile; begin again.');
    return shownOperator(confirmed);
  }

  /** @throws InvalidArgument the code is wrong @throws Conflict it is off */
  async remove(caller: Caller, code: string): Promise<Operator> {
    const operator = await this.callingOperator(caller);
    if (!operator.totpSecret) throw new ServiceError('Conflict', 'The second factor is off.');
    const step = this.stepOrRefuse(operator, operator.totpSecret, code);
    if (!(await this.operators.useTotpStep(operator.id, step))) throw wrongCode();
    const removed = await this.operators.removeTotp(operator.id, caller);
    if (!removed) throw new ServiceError('Conflict', 'The second factor is off.');
    return shownOperator(removed);
  }

  private stepOrRefuse(operator: OperatorRow, secret: Buffer, code: string): number {
    this.limit.mustAllow(operator.login.toLowerCase());
    const step = stepOf(secret, code, this.clock.nowMs());
    if (step === undefined) throw wrongCode();
    return step;
  }

  private async callingOperator(caller: Caller): Promise<OperatorRow> {
    const operator = caller.kind === 'operator' ? await this.operators.find(caller.operator) : undefined;
    if (!operator) throw new ServiceError('NotAuthorized', 'Only operators have a second factor.');
    return operator;
  }
}

function wrongCode(): ServiceError {
  const message = 'The code is not right, or was used before.';
  return new ServiceError('InvalidArgument', message, { errors: [{ field: 'code', code: 'Invalid', message }] });
}
