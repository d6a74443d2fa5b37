import { ServiceError, type Caller, type Operator } from '@nereid/contracts';
import { CLOCK, RANDOM, RateLimit } from '@nereid/platform';
import type { Clock, Random } from '@nereid/ports';
import { Inject, Injectable } from '@nestjs/common';
import { OperatorsRepository, shownOperator, type OperatorRow } from './operators.repository';
import { hashPassword, isPassword } from './password';
import { stepOf } from './totp';

/** Checks what an operator signs in with. Secrets are compared here and nowhere else. */
@Injectable()
export class SignInService {
  /** Of a password that nobody knows: unknown logins are checked against it, so that they take as long. */
  private readonly nobody: Promise<string>;

  constructor(
    private readonly operators: OperatorsRepository,
    private readonly limit: RateLimit,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOM) random: Random,
  ) {
    this.nobody = hashPassword(random.bytes(32).toString('hex'));
  }

  /** The operator whose login, password and code these are. @throws InvalidCredentials @throws TooManyRequests */
  async verify(caller: Caller, tried: { login: string; password: string; totp?: string | undefined }): Promise<Operator> {
    if (caller.kind !== 'service') throw new ServiceError('NotAuthorized', 'Only services may check passwords.');
    this.limit.mustAllow(tried.login.toLowerCase());
    const operator = await this.operators.findByLogin(tried.login);
    const isRight = await isPassword(operator?.passwordHash ?? (await this.nobody), tried.password);
    if (!operator || !isRight) throw new ServiceError('InvalidCredentials', 'The login or the password is not right.');
    await this.checkCode(operator, tried.totp);
    return shownOperator(operator);
  }

  private async checkCode(operator: OperatorRow, code: string | undefined): Promise<void> {
    if (operator.totpSecret === undefined) return;
    if (code === undefined) throw codeIs('Missing', 'The code of the second factor is needed too.');
    const step = stepOf(operator.totpSecret, code, this.clock.nowMs());
    // Used once, a code is worth nothing to whoever looked over a shoulder.
    if (step === undefined || !(await this.operators.useTotpStep(operator.id, step)))
      throw codeIs('Invalid', 'The code is not right, or was used before.');
  }
}

function codeIs(code: 'Missing' | 'Invalid', message: string): ServiceError {
  return new ServiceError('InvalidCredentials', message, { errors: [{ field: 'totp', code, message }] });
}
