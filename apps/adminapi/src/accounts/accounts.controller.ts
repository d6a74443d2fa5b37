import { Bus } from '@nereid/bus';
import { adminapi, createAccount, getAccount, getUsage, listAccounts, setUsageLimits, updateAccount } from '@nereid/contracts';
import { Controller } from '@nestjs/common';
import type { Answer, Call } from '../http/call';
import { Route } from '../http/route.decorator';
import { toAccountObject, toAccountPatch, toUsageLimits, toUsageObject } from './account.mapper';

/** Customers, by identity; what they use and may use, by vmapi. */
@Controller()
export class AccountsController {
  constructor(private readonly bus: Bus) {}

  @Route(adminapi.listAccounts)
  async list({ query, caller }: Call<typeof adminapi.listAccounts>): Promise<Answer<typeof adminapi.listAccounts>> {
    const { items, next } = await this.bus.call(listAccounts, { limit: query.limit, after: query.marker }, caller);
    return { body: items.map(toAccountObject), next };
  }

  @Route(adminapi.getAccount)
  async get({ params, caller }: Call<typeof adminapi.getAccount>): Promise<Answer<typeof adminapi.getAccount>> {
    const account = await this.bus.call(getAccount, { id: params.uuid }, caller);
    return { body: toAccountObject(account), version: account.version };
  }

  @Route(adminapi.createAccount)
  async create({ body, caller }: Call<typeof adminapi.createAccount>): Promise<Answer<typeof adminapi.createAccount>> {
    const { uuid, login, email, approved_for_provisioning: approvedForProvisioning, ...fields } = body;
    const want = { ...toAccountPatch(fields), id: uuid, login, email, approvedForProvisioning };
    return { body: toAccountObject(await this.bus.call(createAccount, want, caller)) };
  }

  @Route(adminapi.updateAccount)
  async update({ params, body, caller, ifVersion }: Call<typeof adminapi.updateAccount>): Promise<Answer<typeof adminapi.updateAccount>> {
    const account = await this.bus.call(updateAccount, { id: params.uuid, patch: toAccountPatch(body), ifVersion }, caller);
    return { body: toAccountObject(account), version: account.version };
  }

  @Route(adminapi.getUsage)
  async usage({ params, caller }: Call<typeof adminapi.getUsage>): Promise<Answer<typeof adminapi.getUsage>> {
    return { body: toUsageObject(await this.bus.call(getUsage, { account: params.uuid }, caller)) };
  }

  @Route(adminapi.setLimits)
  async setLimits({ params, body, caller }: Call<typeof adminapi.setLimits>): Promise<Answer<typeof adminapi.setLimits>> {
    return { body: toUsageObject(await this.bus.call(setUsageLimits, { account: params.uuid, limits: toUsageLimits(body) }, caller)) };
  }
}
