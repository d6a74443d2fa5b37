/**
 * Cuts a stream of bytes into lines. Works on bytes, so that a character split across two reads stays whole, and forgets a line that grows
 * past the cap, so that a guest cannot fill our memory.
 */
export class LineSplitter {
  private parts: Buffer[] = [];
  private held = 0;
  private skipping = false;

  constructor(private readonly maxLineBytes: number) {}

  /** The lines that `chunk` completes, without newline; `undefined` stands for one that was too long. */
  push(chunk: Buffer): (string | undefined)[] {
    const lines: (string | undefined)[] = [];
    let from = 0;
    for (;;) {
      const end = chunk.indexOf(0x0a, from);
      const part = chunk.subarray(from, end < 0 ? chunk.length : end);
      this.hold(part);
      if (end < 0) return lines;
      lines.push(this.skipping ? undefined : Buffer.concat(this.parts).toString('utf8'));
      this.parts = [];
      this.held = 0;
      this.skipping = false;
      from = end + 1;
    }
  }

  private hold(part: Buffer): void {
    if (this.skipping || part.length === 0) return;
    this.held += part.length;
    if (this.held > this.maxLineBytes) {
      this.skipping = true;
      this.parts = [];
    } else {
      this.parts.push(Buffer.from(part));
    }
  }
}
