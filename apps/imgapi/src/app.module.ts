import { Module, type DynamicModule } from '@nestjs/common';
import { CLOCK, IDS } from '@nereid/platform';
import type { Clock, Ids } from '@nereid/ports';
import type { ImgapiConfig } from './config';
import { BlobsService } from './files/blobs.service';
import { FilesController } from './files/files.controller';
import { FilesHandler } from './files/files.handler';
import { FilesSettings } from './files/files-settings';
import { LocalFileStore } from './files/local-file-store';
import { TransfersRepository } from './files/transfers.repository';
import { TransfersService } from './files/transfers.service';
import { ImagesHandler } from './images/images.handler';
import { ImagesRepository } from './images/images.repository';
import { ImagesService } from './images/images.service';
import { Rounds } from './rounds';
import { FILE_STORE } from './tokens';

@Module({})
export class ImgapiModule {
  static of({ files }: ImgapiConfig): DynamicModule {
    return {
      module: ImgapiModule,
      controllers: [FilesController],
      providers: [
        {
          provide: FilesSettings,
          useValue: new FilesSettings(files.publicUrl, files.maxFileBytes, files.tokenValidMs, files.maxTransfers),
        },
        {
          provide: FILE_STORE,
          useFactory: (ids: Ids, clock: Clock) => new LocalFileStore(files.directory, ids, clock),
          inject: [IDS, CLOCK],
        },
        ImagesRepository,
        ImagesService,
        ImagesHandler,
        BlobsService,
        TransfersRepository,
        TransfersService,
        FilesHandler,
        Rounds,
      ],
    };
  }
}
