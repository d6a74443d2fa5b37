import { Bus } from '@nereid/bus';
import { adminapi, createNicTag, listNicTags, listNics } from '@nereid/contracts';
import { Controller } from '@nestjs/common';
import type { Answer, Call } from '../http/call';
import { Route } from '../http/route.decorator';
import { toNicObject, toNicTagObject } from './network.mapper';

/** NICs and NIC tags, by napi. */
@Controller()
export class NicsController {
  constructor(private readonly bus: Bus) {}

  @Route(adminapi.listNics)
  async list({ query, caller }: Call<typeof adminapi.listNics>): Promise<Answer<typeof adminapi.listNics>> {
    const { nics } = await this.bus.call(listNics, { vms: query.belongs_to_uuid, network: query.network_uuid }, caller);
    return { body: nics.map(toNicObject) };
  }

  @Route(adminapi.listNicTags)
  async listTags({ caller }: Call<typeof adminapi.listNicTags>): Promise<Answer<typeof adminapi.listNicTags>> {
    const { nicTags } = await this.bus.call(listNicTags, {}, caller);
    return { body: nicTags.map(toNicTagObject) };
  }

  @Route(adminapi.createNicTag)
  async createTag({ body, caller }: Call<typeof adminapi.createNicTag>): Promise<Answer<typeof adminapi.createNicTag>> {
    return { body: toNicTagObject(await this.bus.call(createNicTag, body, caller)) };
  }
}
