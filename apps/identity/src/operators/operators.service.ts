import { OperatorId, ServiceError, type Caller, type Operator } from '@nereid/contracts';
import { type Ids } from '@nereid/ports';
import { Inject, Injectable } from '@nestjs/common';
import { IDS } from '@nereid/platform';
import { mustBeOperator } from '../who-may';
import { OperatorsRepository, shownOperator } from './operators.repository';
import { hashPassword, isPassword } from './password';

@Injectable()
export class OperatorsService {
  constructor(
    private readonly operators: OperatorsRepository,
    @Inject(IDS) private readonly ids: Ids,
  ) {}

  /** @throws ResourceNotFound */
  async get(caller: Caller, id: OperatorId): Promise<Operator> {
    mustBeOperator(caller);
    const found = await this.operators.find(id);
    if (!found) throw new ServiceError('ResourceNotFound', 'There is no such operator.');
    return shownOperator(found);
  }

  /** Makes an operator, or sets the password of the one with this login. Nothing is written when it is that already. */
  async ensure(caller: Caller, login: string, password: string): Promise<{ id: OperatorId; login: string }> {
    mustBeOperator(caller);
    const present = await this.operators.findByLogin(login);
    if (present && (await isPassword(present.passwordHash, password))) return { id: present.id, login: present.login };
    const id = present?.id ?? OperatorId.parse(this.ids.random());
    const kept = await this.operators.put({ id, login, passwordHash: await hashPassword(password) }, caller);
    return { id: kept.id, login: kept.login };
  }
}
