import type { InstanceSpec, VmId } from '@nereid/contracts';
import type { EffectiveLimits, InstancePhase } from '@nereid/driver';

/** Everything a simulated server holds of one instance; each part is made and removed apart, as on a real one. */
export interface StoredInstance {
  readonly id: VmId;
  /** The root, with its quota. */
  root?: { image: string; quotaGiB: number; ownBytes?: number };
  ports?: { mac: string; ip: string }[];
  limits?: EffectiveLimits;
  spec?: InstanceSpec;
  phase: Exclude<InstancePhase, 'incomplete'>;
  startedAtMs?: number;
  pid?: number;
  exitCode?: number;
  /** The guest does not listen when it is asked to stop. */
  ignoresStop?: boolean;
}

/** What of it is there, by name: what an independent look at the server would find. */
export function partsOf(stored: StoredInstance): string[] {
  const parts: string[] = [];
  if (stored.root) parts.push('root');
  if (stored.ports?.length) parts.push(...stored.ports.map((port) => `port ${port.mac}`));
  if (stored.limits) parts.push('limits');
  if (stored.spec) parts.push('definition');
  if (stored.pid !== undefined) parts.push(`process ${stored.pid}`);
  return parts;
}
