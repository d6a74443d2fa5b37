import { CloudClient } from '@nereid/client';
import type { Clock, Ids, Random } from '@nereid/ports';
import { Catalogue } from '../api/catalogue';
import { Cloud } from '../api/cloud';
import { Problem } from '../diagnostics/problem';
import { isKnown, type ObjectValue } from '../values/value';
import type { DataSource, Reach, Resource } from './resource';
import { settingsOf } from './settings';

export interface ProviderPorts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What this provider offers, and its way to the API. */
export class NereidProvider {
  private readonly stopping = new AbortController();
  private config: ObjectValue | undefined;
  private reached: Reach | undefined;
  private client: CloudClient | undefined;

  constructor(
    readonly resources: ReadonlyMap<string, Resource>,
    readonly dataSources: ReadonlyMap<string, DataSource>,
    private readonly ports: ProviderPorts,
  ) {}

  /** Takes the configuration. What of it is not known yet is missed at first use. @throws AggregateError of Problems */
  configure(config: ObjectValue): void {
    this.config = config;
    if (isKnown(config)) this.open(config);
  }

  /** Undefined while the provider's configuration is not known. */
  get reach(): Reach | undefined {
    return this.reached;
  }

  /** @throws Problem the provider's configuration is not known yet */
  mustReach(): Reach {
    if (this.reached) return this.reached;
    const names = Object.entries(this.config ?? {}).filter(([, value]) => !isKnown(value));
    const which = names.map(([name]) => name).join(', ') || 'all of it';
    throw new Problem('The provider is not configured', `Its configuration is not known yet: ${which}.`);
  }

  /** Ends every wait. */
  stop(): void {
    this.stopping.abort();
  }

  close(): void {
    void this.reached?.cloud.close();
    this.client?.close();
  }

  private open(config: ObjectValue): void {
    const { clock, random, env } = this.ports;
    this.client = new CloudClient({ ...settingsOf(config, env), clock });
    const cloud = new Cloud({ client: this.client, clock, random, stop: this.stopping.signal });
    this.reached = { cloud, catalogue: new Catalogue(cloud) };
  }
}
