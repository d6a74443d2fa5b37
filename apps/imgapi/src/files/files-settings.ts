/** Settings of the file door. A class, so that it can be injected by its type. */
export class FilesSettings {
  constructor(
    /** What nodes and operators reach the door by, without a slash at the end. */
    readonly publicUrl: string,
    readonly maxFileBytes: number,
    readonly tokenValidMs: number,
    /** Transfers at the same time; one more is answered 503. */
    readonly maxTransfers: number,
  ) {}
}
