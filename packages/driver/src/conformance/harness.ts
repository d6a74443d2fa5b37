import type { Duplex } from 'node:stream';
import type { Brand, InstanceSpec } from '@nereid/contracts';
import type { ImageSource } from '../image-driver';
import type { ServerDriver } from '../server-driver';

/**
 * What the suite needs of a back end besides the driver: things to put in, a guest's hands, and an independent look at what is left.
 * One harness serves the whole suite; every test makes instances of its own.
 */
export interface DriverHarness {
  readonly driver: ServerDriver;
  /** Brand of the instances that the suite makes. */
  readonly brand: Brand;
  /** A small bootable image under a new id each time. Its root runs until it is asked to end. */
  image(): Promise<ImageSource>;
  /**
   * The NICs of a new instance: addresses that no other instance of the harness has. Empty where the back end needs none.
   * `slots` is how many.
   */
  nics(slots: number): InstanceSpec['nics'];
  /** The guest's end of a new connection to its metadata socket. */
  connectMetadata(spec: InstanceSpec): Promise<Duplex>;
  /** Makes the running guest deaf to a polite request to stop. */
  ignoreStop(spec: InstanceSpec): Promise<void>;
  /** Ends the guest from inside, as its owner would. */
  halt(spec: InstanceSpec): Promise<void>;
  /** Makes the instance's storage count so many MiB more as used. */
  occupy(spec: InstanceSpec, sizeMiB: number): Promise<void>;
  /** Everything on the server that belongs to this instance, found without the driver: empty after a removal. */
  leftovers(spec: InstanceSpec): Promise<readonly string[]>;
  /** Whatever a half import left, found without the driver. */
  imageLeftovers(source: ImageSource): Promise<readonly string[]>;
  close(): Promise<void>;
}
