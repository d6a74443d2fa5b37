const varint = 0;
const lengthDelimited = 2;

/** Writes tagged fields one after the other. */
export class Writer {
  private readonly chunks: Uint8Array[] = [];

  bytes(field: number, value: Uint8Array): void {
    this.chunks.push(toVarint((field << 3) | lengthDelimited), toVarint(value.length), value);
  }

  integer(field: number, value: number): void {
    this.chunks.push(toVarint((field << 3) | varint), toVarint(value));
  }

  finish(): Uint8Array {
    return Buffer.concat(this.chunks);
  }
}

/** Reads tagged fields one after the other. @throws Error the bytes end in the middle of a field */
export class Reader {
  private at = 0;

  constructor(private readonly from: Uint8Array) {}

  get isAtEnd(): boolean {
    return this.at >= this.from.length;
  }

  tag(): { number: number; wireType: number } {
    const tag = this.integer();
    return { number: tag >>> 3, wireType: tag & 7 };
  }

  integer(): number {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.from[this.at++];
      if (byte === undefined) throw new Error('a message ends in the middle of a number');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(BigInt.asIntN(64, value));
      if (shift > 63n) throw new Error('a number is longer than 64 bits');
    }
  }

  bytes(): Uint8Array {
    const length = this.integer();
    const part = this.from.subarray(this.at, this.at + length);
    if (length < 0 || part.length !== length) throw new Error('a message ends in the middle of a field');
    this.at += length;
    return part;
  }

  skip(wireType: number): void {
    if (wireType === varint) this.integer();
    else if (wireType === lengthDelimited) this.bytes();
    else if (wireType === 1) this.at += 8;
    else if (wireType === 5) this.at += 4;
    else throw new Error(`wire type ${wireType} is none that can be passed over`);
  }
}

function toVarint(value: number): Uint8Array {
  if (value >= 0 && value < 0x80) return Uint8Array.of(value);
  const out: number[] = [];
  for (let left = BigInt.asUintN(64, BigInt(value)); ; left >>= 7n) {
    const low = Number(left & 0x7fn);
    if (left < 0x80n) {
      out.push(low);
      return Uint8Array.from(out);
    }
    out.push(low | 0x80);
  }
}
