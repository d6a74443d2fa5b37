// As much of DER (ITU-T X.690) as a certificate needs.

export function element(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag), length(content.length), content]);
}

function length(of: number): Buffer {
  if (of < 0x80) return Buffer.of(of);
  const bytes = Buffer.from(of.toString(16).padStart(of < 0x100 ? 2 : of < 0x10000 ? 4 : 6, '0'), 'hex');
  return Buffer.concat([Buffer.of(0x80 | bytes.length), bytes]);
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => element(0x30, ...parts);
export const set = (...parts: readonly Uint8Array[]): Buffer => element(0x31, ...parts);
export const octets = (content: Uint8Array): Buffer => element(0x04, content);
export const utf8 = (text: string): Buffer => element(0x0c, Buffer.from(text, 'utf8'));
export const yes = element(0x01, Buffer.of(0xff));
/** Tagged `[number]`, with something inside. */
export const explicit = (number: number, content: Uint8Array): Buffer => element(0xa0 | number, content);

/** A positive whole number, big-endian. */
export function positive(bytes: Uint8Array): Buffer {
  return element(0x02, bytes[0]! >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
}

/** Bits that fill their bytes but for the last `unused`. */
export const bits = (content: Uint8Array, unused = 0): Buffer => element(0x03, Buffer.of(unused), content);

/** `1.2.840.10045.4.3.2`. */
export function objectId(dotted: string): Buffer {
  const [first, second, ...rest] = dotted.split('.').map(Number);
  return element(0x06, Buffer.from([first! * 40 + second!, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const out = [value & 0x7f];
  for (let left = value >>> 7; left > 0; left >>>= 7) out.unshift((left & 0x7f) | 0x80);
  return out;
}

/** UTCTime until 2049, GeneralizedTime after. Source: RFC 5280 §4.1.2.5. */
export function instant(ms: number): Buffer {
  const digits = new Date(ms)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:T]/g, '');
  return digits < '2050' ? element(0x17, Buffer.from(digits.slice(2))) : element(0x18, Buffer.from(digits));
}
