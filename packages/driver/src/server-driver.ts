import type { Capability } from './capability';
import type { GuestDriver } from './guest-driver';
import type { ImageDriver } from './image-driver';
import type { InstanceDriver } from './instance-driver';
import type { LimitsDriver } from './limits-driver';
import type { NetworkDriver } from './network-driver';
import type { NodeDriver } from './node-driver';
import type { ObserveDriver } from './observe-driver';
import type { StorageDriver } from './storage-driver';
import type { TraceDriver } from './trace-driver';

/** One server's back end. Thin: journal, retries, locks and fences live above it, in the agent, and are the same for all. */
export interface ServerDriver {
  readonly kind: 'linux' | 'smartos' | 'simulated';
  readonly image: ImageDriver;
  readonly storage: StorageDriver;
  readonly network: NetworkDriver;
  readonly instance: InstanceDriver;
  readonly limits: LimitsDriver;
  readonly guest: GuestDriver;
  readonly observe: ObserveDriver;
  readonly trace: TraceDriver;
  readonly node: NodeDriver;
}

const groups = ['image', 'storage', 'network', 'instance', 'limits', 'guest', 'observe', 'trace', 'node'] as const;

/** Every capability of a server as `<group>.<name>`, with a reason for each no; placement and consoles read it. */
export async function probeAll(driver: ServerDriver): Promise<Readonly<Record<string, Capability>>> {
  const probed = await Promise.all(
    groups.map(async (group) => Object.entries(await driver[group].probe()).map(([name, can]) => [`${group}.${name}`, can] as const)),
  );
  return Object.fromEntries(probed.flat());
}
