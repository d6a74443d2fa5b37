import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Bus } from '@nereid/bus';
import { createUpload, imageFetch } from '@nereid/contracts';
import { TransfersService } from './transfers.service';

@Injectable()
export class FilesHandler implements OnModuleInit {
  constructor(
    private readonly bus: Bus,
    private readonly transfers: TransfersService,
  ) {}

  onModuleInit(): void {
    this.bus.serve(createUpload, ({ id, ...file }) => this.transfers.allowUpload({ image: id, ...file }));
    this.bus.onReport(
      imageFetch,
      async (_server, { image }) => {
        const { url, transfer } = await this.transfers.allowDownload(image);
        return { url, sha256: transfer.sha256, sizeBytes: transfer.sizeBytes, compression: transfer.compression };
      },
      { queue: 'imgapi' },
    );
  }
}
