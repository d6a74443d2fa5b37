import type { Readable } from 'node:stream';
import { Bus } from '@nereid/bus';
import {
  ImageId,
  ServiceError,
  activateImage,
  adminapi,
  createImage,
  createUpload,
  deleteImage,
  getImage,
  listImages,
} from '@nereid/contracts';
import { IDS } from '@nereid/platform';
import type { Ids } from '@nereid/ports';
import { Controller, Inject } from '@nestjs/common';
import type { Answer, Call } from '../http/call';
import { Route } from '../http/route.decorator';
import { FileDoor } from './file-door';
import { toImageObject, toRequirements } from './image.mapper';

/** Images, by imgapi. Their files go through imgapi's own door. */
@Controller()
export class ImagesController {
  constructor(
    private readonly bus: Bus,
    private readonly files: FileDoor,
    @Inject(IDS) private readonly ids: Ids,
  ) {}

  @Route(adminapi.listImages)
  async list({ query, caller }: Call<typeof adminapi.listImages>): Promise<Answer<typeof adminapi.listImages>> {
    const { images } = await this.bus.call(listImages, query, caller);
    return { body: images.map(toImageObject) };
  }

  @Route(adminapi.getImage)
  async get({ params, caller }: Call<typeof adminapi.getImage>): Promise<Answer<typeof adminapi.getImage>> {
    const image = await this.bus.call(getImage, { id: params.uuid }, caller);
    return { body: toImageObject(image), version: image.rowVersion };
  }

  @Route(adminapi.createImage)
  async create({ body, caller }: Call<typeof adminapi.createImage>): Promise<Answer<typeof adminapi.createImage>> {
    const { uuid, requirements, image_size, ...manifest } = body;
    const id = uuid ?? ImageId.parse(this.ids.random());
    const want = { ...manifest, id, imageSizeMiB: image_size, requirements: requirements && toRequirements(requirements) };
    return { body: toImageObject(await this.bus.call(createImage, want, caller)) };
  }

  @Route(adminapi.createImageUpload)
  async createUpload({
    params,
    body,
    caller,
  }: Call<typeof adminapi.createImageUpload>): Promise<Answer<typeof adminapi.createImageUpload>> {
    const { size, ...file } = body;
    const { url, expiresAt } = await this.bus.call(createUpload, { id: params.uuid, ...file, sizeBytes: size }, caller);
    return { body: { url, expires_at: expiresAt } };
  }

  @Route(adminapi.putImageFile)
  async putFile({ params, query, caller, request }: Call<typeof adminapi.putImageFile>): Promise<Answer<typeof adminapi.putImageFile>> {
    const sizeBytes = Number(request.headers['content-length'] ?? NaN);
    if (!Number.isSafeInteger(sizeBytes)) throw new ServiceError('InvalidHeader', 'Content-Length must say the size of the file.');
    if (!request.body) throw new ServiceError('ValidationFailed', 'The file is missing; send it as application/octet-stream.');
    const { url } = await this.bus.call(createUpload, { id: params.uuid, ...query, sizeBytes }, caller);
    await this.files.put(url, request.body as Readable, sizeBytes);
    return { body: toImageObject(await this.bus.call(getImage, { id: params.uuid }, caller)) };
  }

  @Route(adminapi.activateImage)
  async activate({ params, caller }: Call<typeof adminapi.activateImage>): Promise<Answer<typeof adminapi.activateImage>> {
    return { body: toImageObject(await this.bus.call(activateImage, { id: params.uuid }, caller)) };
  }

  @Route(adminapi.deleteImage)
  async delete({ params, caller }: Call<typeof adminapi.deleteImage>): Promise<Answer<typeof adminapi.deleteImage>> {
    await this.bus.call(deleteImage, { id: params.uuid }, caller);
    return {};
  }
}
