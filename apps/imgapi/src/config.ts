import { httpConfig, serviceConfig } from '@nereid/platform';
import { z } from 'zod';

export const imgapiConfig = serviceConfig.extend({
  ...httpConfig,
  files: z.strictObject({
    /** Where files of images are kept; made when absent. */
    directory: z.string(),
    /** What nodes and operators reach the file door by, such as `https://images.example:8443`. */
    publicUrl: z.url().transform((url) => url.replace(/\/+$/, '')),
    maxFileBytes: z.coerce
      .number()
      .int()
      .min(1)
      .default(20 * 1024 ** 3),
    /** How long a URL of the file door may be used; a transfer that has begun may take longer. */
    tokenValidMs: z.coerce
      .number()
      .int()
      .min(1_000)
      .default(15 * 60_000),
    maxTransfers: z.coerce.number().int().min(1).default(64),
  }),
});
export type ImgapiConfig = z.output<typeof imgapiConfig>;
