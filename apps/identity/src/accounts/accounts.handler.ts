import { createAccount, getAccount, listAccounts, updateAccount } from '@nereid/contracts';
import { Bus } from '@nereid/bus';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AccountsService } from './accounts.service';

@Injectable()
export class AccountsHandler implements OnModuleInit {
  constructor(
    private readonly bus: Bus,
    private readonly accounts: AccountsService,
  ) {}

  onModuleInit(): void {
    this.bus.serve(getAccount, (which, caller) => this.accounts.get(caller, which));
    this.bus.serve(listAccounts, (page, caller) => this.accounts.list(caller, page));
    this.bus.serve(createAccount, (want, caller) => this.accounts.create(caller, want));
    this.bus.serve(updateAccount, ({ id, patch, ifVersion }, caller) => this.accounts.update(caller, id, patch, ifVersion));
  }
}
