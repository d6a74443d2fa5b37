import { DatabaseConfig } from '@nereid/database';
import { z } from 'zod';

/** Where a door listens. */
export const HttpConfig = z.strictObject({
  host: z.string().default('127.0.0.1'),
  port: z.coerce.number().int().min(0).max(65_535),
  tls: z.strictObject({ certFile: z.string(), keyFile: z.string() }).optional(),
});
export type HttpConfig = z.infer<typeof HttpConfig>;

const bus = z.strictObject({
  /** `host:port`, several for a cluster. */
  servers: z.array(z.string()).min(1),
  /** The service's credentials. Without, the server must ask for none (tests). */
  credsFile: z.string().optional(),
  caFile: z.string().optional(),
});

/** What every service's configuration has; an app extends it with its own settings. */
export const serviceConfig = z.strictObject({
  /** The name of the datacenter, as customers see it. */
  datacenter: z.string().min(1),
  /** Eight hex digits that mark everything this installation makes. */
  installation: z.string().regex(/^[0-9a-f]{8}$/, 'must be 8 hex digits'),
  database: DatabaseConfig.optional(),
  bus,
  redis: z.strictObject({ url: z.string() }).optional(),
});
export type ServiceConfig = z.infer<typeof serviceConfig>;

/** The additional part of an app that is a door: `serviceConfig.extend(httpConfig)`. */
export const httpConfig = { http: HttpConfig };
