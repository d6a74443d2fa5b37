/** Writes numbers and texts one after the other: whole numbers as LEB128 (7 bits a byte), ids as 16 bytes. */
export class ByteWriter {
  private bytes = new Uint8Array(1024);
  private at = 0;

  byte(value: number): void {
    this.room(1);
    this.bytes[this.at++] = value;
  }

  /** A whole number from 0 to 2^53. Anything else, such as a counter that could not be read right, becomes 0. */
  number(value: number): void {
    let left = Number.isSafeInteger(value) && value > 0 ? value : 0;
    this.room(8);
    while (left >= 0x80) {
      this.bytes[this.at++] = (left % 0x80) | 0x80;
      left = Math.floor(left / 0x80);
    }
    this.bytes[this.at++] = left;
  }

  text(value: string): void {
    const encoded = new TextEncoder().encode(value);
    this.number(encoded.length);
    this.room(encoded.length);
    this.bytes.set(encoded, this.at);
    this.at += encoded.length;
  }

  uuid(value: string): void {
    const digits = value.replaceAll('-', '');
    this.room(16);
    for (let i = 0; i < 32; i += 2) this.bytes[this.at++] = parseInt(digits.slice(i, i + 2), 16);
  }

  done(): Uint8Array {
    return this.bytes.subarray(0, this.at);
  }

  private room(more: number): void {
    if (this.at + more <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.at + more));
    larger.set(this.bytes);
    this.bytes = larger;
  }
}

/** Reads what {@link ByteWriter} wrote. Every method throws RangeError past the end, so that a cut frame is refused and not half believed. */
export class ByteReader {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get isAtEnd(): boolean {
    return this.at === this.bytes.length;
  }

  byte(): number {
    if (this.at >= this.bytes.length) throw new RangeError('the frame is cut');
    return this.bytes[this.at++]!;
  }

  number(): number {
    let value = 0;
    for (let shift = 1; ; shift *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * shift;
      if (value > Number.MAX_SAFE_INTEGER) throw new RangeError('a number of the frame is too large');
      if (byte < 0x80) return value;
    }
  }

  /** How many of something follow; more than `most` is refused before anything is made room for. */
  count(most: number): number {
    const count = this.number();
    if (count > most) throw new RangeError(`the frame says ${count} where at most ${most} may be`);
    return count;
  }

  text(most: number): string {
    const length = this.count(most);
    return new TextDecoder().decode(this.take(length));
  }

  uuid(): string {
    const digits = Array.from(this.take(16), (byte) => byte.toString(16).padStart(2, '0')).join('');
    return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`;
  }

  private take(length: number): Uint8Array {
    if (this.at + length > this.bytes.length) throw new RangeError('the frame is cut');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
}
