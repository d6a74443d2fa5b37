import { OperatorId, type Caller } from '@nereid/contracts';
import { type Ids } from '@nereid/ports';
import { Inject, Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { IDS } from '@nereid/platform';
import { mustBeOperator } from '../who-may';
import { OperatorsRepository } from './operators.repository';

/** 19 MiB, two passes, one lane: OWASP's first choice for argon2id; some 25 ms a try. The library's default algorithm is argon2id. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

@Injectable()
export class OperatorsService {
  constructor(
    private readonly operators: OperatorsRepository,
    @Inject(IDS) private readonly ids: Ids,
  ) {}

  /** Makes an operator, or sets the password of the one with this login. Nothing is written when it is that already. */
  async ensure(caller: Caller, login: string, password: string): Promise<{ id: OperatorId; login: string }> {
    mustBeOperator(caller);
    const present = await this.operators.findByLogin(login);
    if (present && (await verify(present.passwordHash, password))) return { id: present.id, login: present.login };
    const id = present?.id ?? OperatorId.parse(this.ids.random());
    const kept = await this.operators.put({ id, login, passwordHash: await hash(password, cost) }, caller);
    return { id: kept.id, login: kept.login };
  }
}
