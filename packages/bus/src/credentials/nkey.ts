import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

/**
 * The bus's keys: Ed25519, written in base32 with a letter for the kind and a checksum. By Node's own cryptography: the library's
 * is JavaScript and takes milliseconds a signature, which counts when thousands of agents connect.
 * Source: NATS documentation, "NKeys".
 */
export class NKey {
  private constructor(
    readonly seed: string,
    readonly publicKey: string,
    private readonly privateKey: KeyObject,
  ) {}

  static generate(kind: NKeyKind): NKey {
    const { privateKey } = generateKeyPairSync('ed25519');
    return NKey.of(kind, privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(pkcs8Prefix.length));
  }

  /** @throws Error the text is no seed */
  static fromSeed(text: string): NKey {
    const bytes = decode(text.trim());
    const kind = ((bytes[0]! & 7) << 5) | (bytes[1]! >> 3);
    const found = (Object.keys(kinds) as NKeyKind[]).find((one) => kinds[one] === kind);
    if ((bytes[0]! & 0xf8) !== seedMark || bytes.length !== 34 || !found) throw new Error('not a seed of the bus');
    return NKey.of(found, bytes.subarray(2));
  }

  sign(data: string | Uint8Array): Buffer {
    return sign(null, Buffer.from(data as string), this.privateKey);
  }

  private static of(kind: NKeyKind, raw: Buffer): NKey {
    const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8Prefix, raw]), format: 'der', type: 'pkcs8' });
    const publicRaw = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
    const mark = kinds[kind];
    const seed = encode(Buffer.concat([Buffer.from([seedMark | (mark >> 5), (mark & 31) << 3]), raw]));
    return new NKey(seed, encode(Buffer.concat([Buffer.from([mark]), publicRaw])), privateKey);
  }
}

const kinds = { operator: 14 << 3, account: 0, user: 20 << 3 } as const;
export type NKeyKind = keyof typeof kinds;

/** Whether `text` is the public half of a key of this kind, checksum included. */
export function isPublicKey(text: string, kind: NKeyKind): boolean {
  try {
    const bytes = decode(text);
    return bytes.length === 33 && bytes[0] === kinds[kind];
  } catch {
    return false;
  }
}

const seedMark = 18 << 3;
/** What stands before the 32 bytes of an Ed25519 private key in PKCS #8. Source: RFC 8410 §7. */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function encode(data: Buffer): string {
  const checksum = Buffer.alloc(2);
  checksum.writeUInt16LE(crc16(data));
  return base32(Buffer.concat([data, checksum]));
}

function decode(text: string): Buffer {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const letter of text) {
    const digit = alphabet.indexOf(letter);
    if (digit < 0) throw new Error('not base32');
    value = ((value << 5) | digit) & 0xfff;
    bits += 5;
    if (bits >= 8) bytes.push((value >> (bits -= 8)) & 0xff);
  }
  const data = Buffer.from(bytes.slice(0, -2));
  if (data.length === 0 || crc16(data) !== Buffer.from(bytes).readUInt16LE(data.length)) throw new Error('wrong checksum');
  return data;
}

/** RFC 4648 §6, without padding. */
export function base32(data: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of data) {
    value = ((value << 8) | byte) & 0x1fff;
    bits += 8;
    while (bits >= 5) text += alphabet[(value >> (bits -= 5)) & 31];
  }
  return bits > 0 ? text + alphabet[(value << (5 - bits)) & 31] : text;
}

/** CRC-16/XMODEM. */
function crc16(data: Uint8Array): number {
  let crc = 0;
  for (const byte of data) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
  }
  return crc;
}
