/** Bytes that wait for a reader, a bounded number of them: the oldest go first. */
export class Backlog {
  private chunks: Buffer[] = [];
  private length = 0;
  private lost = 0;

  constructor(private readonly maxBytes: number) {}

  add(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.chunks.push(chunk);
    this.length += chunk.length;
    while (this.length > this.maxBytes) {
      const over = this.length - this.maxBytes;
      const first = this.chunks[0]!;
      const gone = Math.min(over, first.length);
      if (gone === first.length) this.chunks.shift();
      else this.chunks[0] = first.subarray(gone);
      this.length -= gone;
      this.lost += gone;
    }
  }

  /** At most so many bytes, the oldest; undefined when there are none. */
  take(maxBytes: number): Buffer | undefined {
    const first = this.chunks[0];
    if (!first || maxBytes <= 0) return undefined;
    const taken = first.subarray(0, maxBytes);
    if (taken.length === first.length) this.chunks.shift();
    else this.chunks[0] = first.subarray(taken.length);
    this.length -= taken.length;
    return taken;
  }

  /** How many went unread since this was asked last. */
  takeSkipped(): number {
    const lost = this.lost;
    this.lost = 0;
    return lost;
  }

  /** Everything, without taking it. */
  all(): Buffer {
    return Buffer.concat(this.chunks);
  }
}
