/** Reads the binary form in which SSH writes keys and agents speak. Source: RFC 4251 §5. */
export class SshReader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  byte(): number {
    return this.bytes.readUInt8(this.at++);
  }

  uint32(): number {
    this.at += 4;
    return this.bytes.readUInt32BE(this.at - 4);
  }

  string(): Buffer {
    const length = this.uint32();
    if (length > this.bytes.length - this.at) throw new RangeError('a string is longer than what holds it');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  text(): string {
    return this.string().toString('utf8');
  }

  /** A number without the leading zero that keeps it positive. */
  number(): Buffer {
    const bytes = this.string();
    return bytes[0] === 0 ? bytes.subarray(1) : bytes;
  }

  rest(): Buffer {
    return this.bytes.subarray(this.at);
  }
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function sshString(content: Buffer | string): Buffer {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  return Buffer.concat([uint32(bytes.length), bytes]);
}
