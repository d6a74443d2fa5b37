import { Bus } from '@nereid/bus';
import { AccountId, ImageId, ImageOs, ImageType, ServiceError, cloudapi, getImage, listImages } from '@nereid/contracts';
import { Controller } from '@nestjs/common';
import type { Answer, Call } from '../http/call';
import { Route } from '../http/route.decorator';
import { invalidArgument } from '../published-errors';
import { shownType, toImageObject } from './image.mapper';

@Controller()
export class ImagesController {
  constructor(private readonly bus: Bus) {}

  @Route(cloudapi.listImages)
  async list({ account, caller, input, version }: Call<typeof cloudapi.listImages>): Promise<Answer<typeof cloudapi.listImages>> {
    const os = ImageOs.safeParse(input.os);
    if (input.os !== undefined && !os.success) return { body: [] };
    const part = input.name?.startsWith('~') ? input.name.slice(1) : undefined;
    const { images } = await this.bus.call(
      listImages,
      {
        account: account.id,
        ...(input.state && { state: input.state }),
        ...(input.name !== undefined && part === undefined && { name: input.name }),
        ...(input.version !== undefined && { version: input.version }),
        ...(os.success && { os: os.data }),
        ...(input.owner && { owner: AccountId.parse(input.owner) }),
        ...(input.public !== undefined && { public: input.public }),
      },
      caller,
    );
    const isOfType = typeFilter(input.type, version.atLeast('8.0.0'));
    const found = images.filter((image) => isOfType(image.type) && (part === undefined || image.name.includes(part)));
    return { body: found.map((image) => toImageObject(image, account.id, version)) };
  }

  @Route(cloudapi.getImage)
  async get({ account, caller, params, version }: Call<typeof cloudapi.getImage>): Promise<Answer<typeof cloudapi.getImage>> {
    const id = ImageId.safeParse(params.id.toLowerCase());
    if (!id.success) throw new ServiceError('ResourceNotFound', 'There is no such image.');
    return { body: toImageObject(await this.bus.call(getImage, { id: id.data, account: account.id }, caller), account.id, version) };
  }
}

/** Without a type all but Docker's layers are shown. Old clients know two types only, and name nothing else. */
function typeFilter(wanted: string | undefined, isRaw: boolean): (type: ImageTypeName) => boolean {
  if (wanted === undefined) return (type) => type !== 'docker';
  if (isRaw) return (type) => type === wanted;
  if (wanted !== 'smartmachine' && wanted !== 'virtualmachine') throw invalidArgument('type', 'type is smartmachine or virtualmachine');
  return (type) => shownType(type, false) === wanted;
}
type ImageTypeName = ReturnType<typeof ImageType.parse>;
