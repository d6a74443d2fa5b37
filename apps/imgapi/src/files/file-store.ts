import type { Readable } from 'node:stream';
import type { Digests } from '../images/images.repository';

/** A file that is written and not yet in its place. Exactly one of the two is called. */
export interface StagedFile extends Digests {
  /** Puts it under its digest, durable before this resolves. An equal file there already is as good. */
  commit(): Promise<void>;
  discard(): Promise<void>;
}

/** Where files of images are kept, by their SHA-256. */
export interface FileStore {
  /**
   * Writes a stream aside, reckoning its digests on the way.
   * @throws RequestEntityTooLarge more than `maxBytes` came @throws what the stream throws; nothing is left then
   */
  stage(bytes: Readable, maxBytes: number): Promise<StagedFile>;
  /** The bytes from `start` to `end`, both counted. @throws ResourceNotFound there is no such file */
  read(sha256: string, range: { start: number; end: number }): Promise<Readable>;
  /** Removes a file; an absent one counts as done. */
  remove(sha256: string): Promise<void>;
  /** Removes what broken uploads left that are older than `ageMs`. Answers how many. */
  sweep(ageMs: number): Promise<number>;
}
