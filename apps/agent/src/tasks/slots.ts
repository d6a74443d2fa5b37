/** So many at a time, in the order of asking. */
export class Slots {
  private readonly queue: (() => void)[] = [];

  constructor(private free: number) {}

  /** Resolves with the release; call it once. */
  async acquire(): Promise<() => void> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.queue.push(resolve));
    return () => {
      const next = this.queue.shift();
      if (next) next();
      else this.free++;
    };
  }
}
