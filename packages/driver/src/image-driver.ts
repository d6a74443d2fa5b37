import type { ImageId } from '@nereid/contracts';
import type { Capabilities } from './capability';
import type { TaskContext } from './task-context';

export type ImageCapability =
  /** Root file systems as a tar stream, for zones. */
  | 'tar'
  /** Raw disks, for virtual machines. */
  | 'raw';

/** A file of an image on its way in. */
export interface ImageSource {
  readonly id: ImageId;
  /** `tar`: a root file system, for zones; `raw`: a disk, for virtual machines. */
  readonly format: 'tar' | 'raw';
  readonly compression: 'none' | 'gzip';
  /** Of the file as it travels. */
  readonly sizeBytes: number;
  /** Of the file as it travels, lower-case hex. */
  readonly sha256: string;
  /** The bytes from the start, once. Resuming a broken transfer is the caller's work. */
  read(signal: AbortSignal): AsyncIterable<Uint8Array>;
}

export interface ImageFacts {
  readonly id: ImageId;
  /** Space it takes on this server. */
  readonly usedBytes: number;
}

/** Images as they lie on this server, ready to be cloned. */
export interface ImageDriver {
  probe(): Promise<Capabilities<ImageCapability>>;
  /** True only for an image that is complete. */
  has(id: ImageId): Promise<boolean>;
  /**
   * Takes the image in; afterwards `has` is true. Present already: done, without reading. What a crash left half is replaced.
   * @throws DriverError Integrity size or digest differ; nothing of it is left. Unsupported format; NoSpace
   */
  import(ctx: TaskContext, source: ImageSource): Promise<ImageFacts>;
  /** Absent counts as done. @throws DriverError Busy an instance lives on it */
  remove(ctx: TaskContext, id: ImageId): Promise<void>;
  list(): Promise<readonly ImageFacts[]>;
}
