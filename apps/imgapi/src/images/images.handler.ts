import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Bus } from '@nereid/bus';
import { activateImage, createImage, deleteImage, getImage, imageHint, listImages, summariseImages, ServiceError } from '@nereid/contracts';
import { ImagesService } from './images.service';

@Injectable()
export class ImagesHandler implements OnModuleInit {
  constructor(
    private readonly bus: Bus,
    private readonly images: ImagesService,
  ) {}

  onModuleInit(): void {
    this.bus.serve(createImage, async (manifest, caller) => {
      const image = await this.images.create(manifest, caller);
      this.bus.hint(imageHint, { image: image.id });
      return image;
    });
    this.bus.serve(activateImage, async ({ id }, caller) => {
      const image = await this.images.activate(id, caller);
      this.bus.hint(imageHint, { image: id });
      return image;
    });
    this.bus.serve(getImage, ({ id, account }) => this.images.get(id, account));
    this.bus.serve(listImages, async (want) => ({ images: await this.images.list(want) }));
    this.bus.serve(summariseImages, (_, caller) => {
      if (caller.kind !== 'operator' && caller.kind !== 'service') throw new ServiceError('NotAuthorized', 'only operators may do this');
      return this.images.summary();
    });
    this.bus.serve(deleteImage, async ({ id }, caller) => {
      await this.images.delete(id, caller);
      this.bus.hint(imageHint, { image: id });
      return {};
    });
  }
}
