import type { IncomingMessage } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  activateImage,
  createImage,
  createUpload,
  deleteImage,
  getImage,
  imageFetch,
  imageHint,
  listImages,
  summariseImages,
} from '@nereid/contracts';
import { defineApp } from '@nereid/platform';
import { ImgapiModule } from './app.module';
import { imgapiConfig } from './config';

export { imgapiConfig } from './config';

/** Image manifests and files, and the file door. */
export const imgapiApp = defineApp({
  name: 'imgapi',
  config: imgapiConfig,
  module: (config) => ImgapiModule.of(config),
  bus: {
    serves: [createImage, createUpload, activateImage, getImage, listImages, summariseImages, deleteImage],
    hears: [imageFetch],
    hints: [imageHint],
    feeds: ['imgapi'],
  },
  door: { configure: takeFilesAsStreams },
});

/** A file of 20 GiB is neither parsed nor held in memory, and may take longer than an ordinary request. */
function takeFilesAsStreams(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request: unknown, payload: IncomingMessage, done: (error: null, body: IncomingMessage) => void) =>
    done(null, payload),
  );
  fastify.server.requestTimeout = 0;
  fastify.server.setTimeout(60_000); // of silence, not in all
}
