import { Bus } from '@nereid/bus';
import { AccountPatch, NetworkId, ServiceError, cloudapi, getNetwork, listNetworks, updateAccount, getAccount } from '@nereid/contracts';
import { Controller } from '@nestjs/common';
import type { Answer, Call } from '../http/call';
import { parseInput } from '../http/input';
import { Route } from '../http/route.decorator';
import { asInvalidArgument } from '../published-errors';
import { toAccountObject } from './account.mapper';

@Controller()
export class AccountController {
  constructor(private readonly bus: Bus) {}

  @Route(cloudapi.getAccount)
  async get({ account, caller }: Call<typeof cloudapi.getAccount>): Promise<Answer<typeof cloudapi.getAccount>> {
    // Not from the cache of signers: whoever changed a field must see it.
    return { body: toAccountObject(await this.bus.call(getAccount, { id: account.id }, caller)) };
  }

  @Route(cloudapi.updateAccount)
  async update({ account, caller, input }: Call<typeof cloudapi.updateAccount>): Promise<Answer<typeof cloudapi.updateAccount>> {
    const wanted = {
      email: input.email || undefined,
      companyName: input.companyName || input.company || undefined,
      firstName: input.firstName || input.givenName || undefined,
      lastName: input.lastName || input.sn || undefined,
      address: input.address || undefined,
      postalCode: input.postalCode || undefined,
      city: input.city || undefined,
      state: input.state || undefined,
      country: input.country || undefined,
      phone: input.phone || undefined,
      cnsEnabled: input.triton_cns_enabled,
    };
    const patch = parseInput(AccountPatch, wanted);
    const changed = await asInvalidArgument(['InUse'], this.bus.call(updateAccount, { id: account.id, patch }, caller));
    return { body: toAccountObject(changed) };
  }

  @Route(cloudapi.getConfig)
  async config({ account, caller }: Call<typeof cloudapi.getConfig>): Promise<Answer<typeof cloudapi.getConfig>> {
    const { defaultNetwork } = await this.bus.call(getAccount, { id: account.id }, caller);
    if (defaultNetwork) return { body: { default_network: defaultNetwork } };
    const { networks } = await this.bus.call(listNetworks, { account: account.id }, caller);
    if (!networks[0]) throw new ServiceError('ServiceUnavailable', 'There is no network that the account may use.');
    return { body: { default_network: networks[0].id } };
  }

  @Route(cloudapi.updateConfig)
  async updateConfig(call: Call<typeof cloudapi.updateConfig>): Promise<Answer<typeof cloudapi.updateConfig>> {
    const { account, caller, input } = call;
    const id = NetworkId.parse(input.default_network);
    await asInvalidArgument(['ResourceNotFound'], this.bus.call(getNetwork, { id, account: account.id }, caller));
    await this.bus.call(updateAccount, { id: account.id, patch: { defaultNetwork: id } }, caller);
    return { body: { default_network: id } };
  }

  @Route(cloudapi.updateConfigByPost)
  updateConfigByPost(call: Call<typeof cloudapi.updateConfigByPost>): Promise<Answer<typeof cloudapi.updateConfigByPost>> {
    return this.updateConfig(call);
  }
}
