import { ServiceError, cloudapi } from '@nereid/contracts';
import { Controller } from '@nestjs/common';
import type { Answer, Call } from '../http/call';
import { Route } from '../http/route.decorator';
import { invalidArgument } from '../published-errors';
import { MachinesService } from './machines.service';
import { keptKeys, metadataOfBody } from './metadata-rules';

@Controller()
export class MetadataController {
  constructor(private readonly machines: MachinesService) {}

  @Route(cloudapi.listMetadata)
  async list(call: Call<typeof cloudapi.listMetadata>): Promise<Answer<typeof cloudapi.listMetadata>> {
    return { body: (await this.machines.get(call)).metadata };
  }

  @Route(cloudapi.addMetadata)
  async add(call: Call<typeof cloudapi.addMetadata>): Promise<Answer<typeof cloudapi.addMetadata>> {
    const set = metadataOfBody(call.input);
    if (Object.keys(set).length === 0) return { body: (await this.machines.get(call)).metadata };
    return { body: (await this.machines.update(call, { action: 'set_metadata', metadata: { set } })).metadata };
  }

  @Route(cloudapi.getMetadata)
  async get(call: Call<typeof cloudapi.getMetadata>): Promise<Answer<typeof cloudapi.getMetadata>> {
    const value = valueOf((await this.machines.get(call)).metadata, call.params.key);
    return call.form === 'text' ? { text: value } : { body: value };
  }

  @Route(cloudapi.deleteMetadata)
  async delete(call: Call<typeof cloudapi.deleteMetadata>): Promise<Answer<typeof cloudapi.deleteMetadata>> {
    const { key } = call.params;
    if (key === 'credentials' || keptKeys.includes(key)) throw invalidArgument('key', `${key} cannot be removed`);
    valueOf((await this.machines.get(call)).metadata, key);
    await this.machines.update(call, { action: 'remove_metadata', metadata: { remove: [key] } });
    return {};
  }

  @Route(cloudapi.deleteAllMetadata)
  async deleteAll(call: Call<typeof cloudapi.deleteAllMetadata>): Promise<Answer<typeof cloudapi.deleteAllMetadata>> {
    const { metadata } = await this.machines.get(call);
    const remove = Object.keys(metadata).filter((key) => !keptKeys.includes(key));
    if (remove.length > 0) await this.machines.update(call, { action: 'remove_metadata', metadata: { remove } });
    return {};
  }
}

function valueOf(metadata: Readonly<Record<string, string>>, key: string): string {
  const value = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
  if (value === undefined) throw new ServiceError('ResourceNotFound', `The instance has no metadata ${key}.`);
  return value;
}
