import { ServiceError, cloudapi, type Vm } from '@nereid/contracts';
import { Controller } from '@nestjs/common';
import type { Answer, Call } from '../http/call';
import { Route } from '../http/route.decorator';
import { MachinesService } from './machines.service';
import { checkTags } from './tag-rules';

/** Names that mean something else in a request, and so are no tags there. */
const notTags = new Set(['account', 'machine', 'uuid', 'owner_uuid', 'context', 'image']);

@Controller()
export class TagsController {
  constructor(private readonly machines: MachinesService) {}

  @Route(cloudapi.listTags)
  async list(call: Call<typeof cloudapi.listTags>): Promise<Answer<typeof cloudapi.listTags>> {
    return { body: (await this.machines.get(call)).tags };
  }

  @Route(cloudapi.addTags)
  async add(call: Call<typeof cloudapi.addTags>): Promise<Answer<typeof cloudapi.addTags>> {
    const set = tagsOfBody(call.input);
    if (Object.keys(set).length === 0) return { body: (await this.machines.get(call)).tags };
    return { body: (await this.machines.update(call, { action: 'set_tags', tags: { set } })).tags };
  }

  @Route(cloudapi.replaceTags)
  async replace(call: Call<typeof cloudapi.replaceTags>): Promise<Answer<typeof cloudapi.replaceTags>> {
    const tags = { replace: true, set: tagsOfBody(call.input) };
    return { body: (await this.machines.update(call, { action: 'replace_tags', tags })).tags };
  }

  @Route(cloudapi.getTag)
  async get(call: Call<typeof cloudapi.getTag>): Promise<Answer<typeof cloudapi.getTag>> {
    const value = valueOf(await this.machines.get(call), call.params.tag);
    return call.form === 'text' ? { text: String(value) } : { body: value };
  }

  @Route(cloudapi.deleteTag)
  async delete(call: Call<typeof cloudapi.deleteTag>): Promise<Answer<typeof cloudapi.deleteTag>> {
    valueOf(await this.machines.get(call), call.params.tag);
    await this.machines.update(call, { action: 'remove_tags', tags: { remove: [call.params.tag] } });
    return {};
  }

  @Route(cloudapi.deleteAllTags)
  async deleteAll(call: Call<typeof cloudapi.deleteAllTags>): Promise<Answer<typeof cloudapi.deleteAllTags>> {
    await this.machines.update(call, { action: 'replace_tags', tags: { replace: true } });
    return {};
  }
}

function tagsOfBody(input: Readonly<Record<string, unknown>>): Vm['tags'] {
  return checkTags(Object.fromEntries(Object.entries(input).filter(([name]) => !notTags.has(name))));
}

function valueOf(vm: Vm, tag: string): Vm['tags'][string] {
  const value = Object.hasOwn(vm.tags, tag) ? vm.tags[tag] : undefined;
  if (value === undefined) throw new ServiceError('ResourceNotFound', `The instance has no tag ${tag}.`);
  return value;
}
