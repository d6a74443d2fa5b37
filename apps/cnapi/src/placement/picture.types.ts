import type { Brand, CapacityNeeds, ServerId, ServerState } from '@nereid/contracts';

/** Amounts of what can run out on a server. */
export interface Amounts {
  cpuPercent: number;
  memoryMiB: number;
  diskGiB: number;
  instances: number;
}

export const dimensions = ['cpuPercent', 'memoryMiB', 'diskGiB', 'instances'] as const satisfies readonly (keyof Amounts)[];

export type Traits = CapacityNeeds['traits'];

/** What filters ask of a server and what many servers share; servers equal in all of it form one class. */
export interface ServerTraits {
  readonly state: ServerState;
  readonly isReserved: boolean;
  readonly brands: readonly Brand[];
  readonly nicTags: readonly string[];
  readonly traits: Traits;
  readonly platform: string;
  /** Whether the agent holds credentials that still count. */
  readonly isRevoked: boolean;
}

/** One server as placement sees it. `version` is its row's. */
export interface ServerFacts extends ServerTraits {
  readonly id: ServerId;
  readonly version: number;
  readonly sellable: Readonly<Amounts>;
  readonly reserved: Readonly<Amounts>;
}

/** What an instance needs, and what it would rather have. */
export interface Need {
  readonly owner: string;
  readonly amounts: Readonly<Amounts>;
  readonly brand: Brand;
  readonly nicTags: readonly string[];
  readonly traits: Traits;
  /** Only this server will do. */
  readonly server?: ServerId;
  /** Only these will do (strict near). */
  readonly onlyOn?: ReadonlySet<ServerId>;
  /** Never these (strict far, or candidates that refused a commit). */
  readonly neverOn: ReadonlySet<ServerId>;
  /** These first (soft near). */
  readonly ratherOn: ReadonlySet<ServerId>;
  /** These last (soft far). */
  readonly ratherNotOn: ReadonlySet<ServerId>;
}

export function needOf(needs: CapacityNeeds, owner: string): Need {
  return {
    owner,
    amounts: { cpuPercent: needs.cpuPercent, memoryMiB: needs.memoryMiB, diskGiB: needs.diskGiB, instances: 1 },
    brand: needs.brand,
    nicTags: needs.nicTags,
    traits: needs.traits,
    ...(needs.server && { server: needs.server }),
    neverOn: new Set(),
    ratherOn: new Set(),
    ratherNotOn: new Set(),
  };
}
