import type { Duplex } from 'node:stream';
import type { InstanceSpec, VmId } from '@nereid/contracts';
import type { Capabilities } from './capability';
import type { TaskContext } from './task-context';

export type GuestCapability = 'metadata' | 'console' | 'exec' | 'vnc';

/** Channels into the guest. */
export interface GuestDriver {
  probe(): Promise<Capabilities<GuestCapability>>;
  /**
   * From now on hands every connection that the guest opens to its metadata socket to `onConnection`; which instance asks is known by the
   * socket, never by what is said on it. Again for the same instance: the new handler replaces the old. Called before the first start and
   * again for every instance when the agent starts.
   */
  serveMetadata(ctx: TaskContext, spec: InstanceSpec, onConnection: (guest: Duplex) => void): Promise<void>;
  /** Closes the socket and what is open on it. Absent counts as done. */
  closeMetadata(id: VmId): Promise<void>;
}
