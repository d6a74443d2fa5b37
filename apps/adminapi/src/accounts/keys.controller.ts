import { Bus } from '@nereid/bus';
import { adminapi, createKey, deleteKey, listKeys } from '@nereid/contracts';
import { Controller } from '@nestjs/common';
import type { Answer, Call } from '../http/call';
import { Route } from '../http/route.decorator';
import { toKeyObject } from './account.mapper';

/** SSH keys of accounts, by identity. */
@Controller()
export class KeysController {
  constructor(private readonly bus: Bus) {}

  @Route(adminapi.listKeys)
  async list({ params, caller }: Call<typeof adminapi.listKeys>): Promise<Answer<typeof adminapi.listKeys>> {
    const { keys } = await this.bus.call(listKeys, { account: params.uuid }, caller);
    return { body: keys.map(toKeyObject) };
  }

  @Route(adminapi.createKey)
  async create({ params, body, caller }: Call<typeof adminapi.createKey>): Promise<Answer<typeof adminapi.createKey>> {
    const key = await this.bus.call(createKey, { account: params.uuid, name: body.name, publicKey: body.key }, caller);
    return { body: toKeyObject(key) };
  }

  @Route(adminapi.deleteKey)
  async delete({ params, caller }: Call<typeof adminapi.deleteKey>): Promise<Answer<typeof adminapi.deleteKey>> {
    await this.bus.call(deleteKey, { account: params.uuid, key: params.fingerprint }, caller);
    return {};
  }
}
