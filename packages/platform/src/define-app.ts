import type { DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { BusUse } from '@nereid/bus';
import type { z } from 'zod';
import type { HttpConfig, ServiceConfig } from './service-config';

/** What a door asks of its HTTP server beyond the usual. */
export interface DoorOptions {
  /** Longest request body in bytes; 1 MiB unless told. */
  readonly bodyLimit?: number;
  /** Calls with the application before it listens: content types, hooks, filters of its own (which replace the usual ErrorFilter). */
  readonly configure?: (app: NestFastifyApplication) => void | Promise<void>;
  /** False: `configure` installs the app's own error filter. */
  readonly usualErrors?: boolean;
}

export type AnyServiceConfig = ServiceConfig & { readonly http?: HttpConfig };

export interface AppParts<Schema extends z.ZodType<AnyServiceConfig>> {
  /** Also its name on the bus, in the configuration and in logs. */
  readonly name: string;
  /** `serviceConfig`, extended. */
  readonly config: Schema;
  /** The app's wiring. Bus, OwnerPool, Health, Metrics and the tokens of this package are there already. */
  readonly module: (config: z.output<Schema>) => DynamicModule;
  /** What it does on the bus; its credentials are made from this. Publishing its own feed is started by the platform. */
  readonly bus?: BusUse;
  /** Given when the app speaks HTTP; its configuration then has `http`. */
  readonly door?: DoorOptions;
}

/** One app, ready to be run alone or beside others in one process. */
export interface AppDefinition {
  readonly name: string;
  readonly config: z.ZodType<AnyServiceConfig>;
  readonly module: (config: never) => DynamicModule;
  readonly bus: BusUse;
  readonly door: DoorOptions | undefined;
}

/** Declares an app; `runApps` runs it. */
export function defineApp<Schema extends z.ZodType<AnyServiceConfig>>(parts: AppParts<Schema>): AppDefinition {
  return { name: parts.name, config: parts.config, module: parts.module, bus: parts.bus ?? {}, door: parts.door };
}
