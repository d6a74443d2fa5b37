import { Bus } from '@nereid/bus';
import { cloudapi, createKey, deleteKey, getKey, listKeys, type SshKey } from '@nereid/contracts';
import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { Answer, Call } from '../http/call';
import { Route } from '../http/route.decorator';
import { asInvalidArgument } from '../published-errors';

@Controller()
export class KeysController {
  constructor(private readonly bus: Bus) {}

  @Route(cloudapi.listKeys)
  async list({ account, caller }: Call<typeof cloudapi.listKeys>): Promise<Answer<typeof cloudapi.listKeys>> {
    const { keys } = await this.bus.call(listKeys, { account: account.id }, caller);
    return { body: keys.map(toKeyObject) };
  }

  @Route(cloudapi.createKey)
  async create({ account, caller, input }: Call<typeof cloudapi.createKey>): Promise<Answer<typeof cloudapi.createKey>> {
    const want = { account: account.id, publicKey: input.key, ...(input.name && { name: input.name }) };
    const key = await asInvalidArgument(['InUse', 'ValidationFailed'], this.bus.call(createKey, want, caller));
    return { body: toKeyObject(key), headers: { Location: `/${account.login}/keys/${encodeURIComponent(key.fingerprint)}` } };
  }

  @Route(cloudapi.getKey)
  async get({ account, caller, params }: Call<typeof cloudapi.getKey>): Promise<Answer<typeof cloudapi.getKey>> {
    return { body: toKeyObject(await this.bus.call(getKey, { account: account.id, key: params.name }, caller)) };
  }

  @Route(cloudapi.deleteKey)
  async delete({ account, caller, params }: Call<typeof cloudapi.deleteKey>): Promise<Answer<typeof cloudapi.deleteKey>> {
    await this.bus.call(deleteKey, { account: account.id, key: params.name }, caller);
    return {};
  }
}

function toKeyObject(key: SshKey): z.infer<typeof cloudapi.KeyObject> {
  return { name: key.name, fingerprint: key.fingerprint, key: key.publicKey };
}
