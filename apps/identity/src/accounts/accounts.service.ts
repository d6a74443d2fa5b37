import { AccountId, accountHint, type Account, type AccountPatch, type Caller } from '@nereid/contracts';
import { Bus } from '@nereid/bus';
import { Inject, Injectable } from '@nestjs/common';
import { type Ids } from '@nereid/ports';
import { mustBeOperator, mustBeOwner } from '../who-may';
import { AccountsRepository, type NewAccount } from './accounts.repository';
import { IDS } from '@nereid/platform';

@Injectable()
export class AccountsService {
  constructor(
    private readonly accounts: AccountsRepository,
    private readonly bus: Bus,
    @Inject(IDS) private readonly ids: Ids,
  ) {}

  /** The account with this id or login. @throws ResourceNotFound absent, or another's */
  async get(caller: Caller, which: { id: AccountId } | { login: string }): Promise<Account> {
    const found = 'id' in which ? await this.accounts.get(which.id) : await this.accounts.getByLogin(which.login);
    mustBeOwner(caller, found.id);
    return found;
  }

  /** One page by login; `next` is the last login of a full page. */
  async list(caller: Caller, page: { limit: number; after?: string | undefined }): Promise<{ items: Account[]; next?: string }> {
    mustBeOperator(caller);
    const items = await this.accounts.list(page.limit, page.after);
    const last = items.at(-1);
    return last && items.length === page.limit ? { items, next: last.login } : { items };
  }

  /** Makes an account. @throws InUse its login, e-mail or id is taken */
  async create(caller: Caller, want: Omit<NewAccount, 'id'> & { id?: AccountId | undefined }): Promise<Account> {
    mustBeOperator(caller);
    const made = await this.accounts.insert({ ...want, id: want.id ?? AccountId.parse(this.ids.random()) }, caller);
    this.bus.hint(accountHint, { account: made.id });
    return made;
  }

  /** Changes what `patch` names. @throws ResourceNotFound @throws InUse the e-mail is taken @throws PreconditionFailed */
  async update(caller: Caller, id: AccountId, patch: AccountPatch, ifVersion?: number): Promise<Account> {
    mustBeOwner(caller, id);
    const changed = await this.accounts.update(id, patch, caller, ifVersion);
    this.bus.hint(accountHint, { account: id });
    return changed;
  }
}
