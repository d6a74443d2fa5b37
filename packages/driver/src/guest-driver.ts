import type { Duplex } from 'node:stream';
import type { InstanceSpec, VmId } from '@nereid/contracts';
import type { Capabilities } from './capability';
import type { TaskContext } from './task-context';
import type { GuestProgram, GuestTerminal } from './terminal';

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
  /**
   * The instance's own console, with the last that was written there first. One at a time: whoever comes later takes its place, and the earlier one
   * ends. @throws DriverError NotFound it is not defined; Conflict it does not run; Unsupported
   */
  attachConsole(id: VmId): Promise<GuestTerminal>;
  /**
   * Starts a program in the instance, with all that holds the instance: its namespaces, limits and rights. It ends when it is closed and when this
   * process ends. @throws DriverError NotFound the instance is not defined; Conflict it does not run; Invalid there is no such program; Unsupported
   */
  exec(id: VmId, program: GuestProgram): Promise<GuestTerminal>;
}
