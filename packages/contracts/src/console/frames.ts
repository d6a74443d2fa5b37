import { ServiceError } from '../service-error';

/**
 * Frames of a console session: one type byte, a sequence number (u32, big endian), the payload. The same bytes travel in a message of the bus and in
 * a binary message of a WebSocket, so that doors hand them on as they are.
 */
export const frameTypes = {
  /** Bytes: what is typed, or what the guest writes. Needs credit. */
  data: 1,
  /** What a program without a terminal writes to its standard error. Needs credit. */
  error: 2,
  /** u32: so many bytes more may be sent. */
  credit: 3,
  /** Two u16: columns and rows. From the client. */
  resize: 4,
  /** Name of a signal without `SIG`, for a program without a terminal. From the client. */
  signal: 5,
  /** Nothing more is typed. From the client. */
  endOfInput: 6,
  /** u32: so many bytes were left out, since the reader was too slow for the console. From the node. */
  skipped: 7,
  /** The end, as JSON ({@link ConsoleEnd}). From the node, last. */
  end: 8,
  /** "I live"; between door and node, without a place in the sequence. To its client the door says it once: the node has begun the session. */
  alive: 9,
  /** The client is gone; from the door, without a place in the sequence. */
  hangUp: 10,
} as const;
export type FrameType = keyof typeof frameTypes;

const names = new Map(Object.entries(frameTypes).map(([name, code]) => [code, name as FrameType]));
/** What a client may say; the rest is the node's or the door's. */
export const clientFrames: ReadonlySet<FrameType> = new Set<FrameType>(['data', 'credit', 'resize', 'signal', 'endOfInput']);
/** Frames that count neither in the sequence nor against credit. */
export const unsequencedFrames: ReadonlySet<FrameType> = new Set<FrameType>(['alive', 'hangUp']);

export interface Frame {
  readonly type: FrameType;
  readonly seq: number;
  readonly payload: Uint8Array;
}

const headerBytes = 5;
/** Longest payload of a frame. */
export const frameBytesMax = 32 * 1024;
/** What may be under way in one direction without being granted again. */
export const windowBytes = 256 * 1024;

export function encodeConsoleFrame(type: FrameType, seq: number, payload: Uint8Array = new Uint8Array(0)): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(headerBytes + payload.length);
  frame[0] = frameTypes[type];
  new DataView(frame.buffer).setUint32(1, seq);
  frame.set(payload, headerBytes);
  return frame;
}

/** The frame in a message. Its payload is a view of the message. @throws InvalidContent it is none, or too long */
export function decodeConsoleFrame(message: Uint8Array): Frame {
  const type = names.get(message[0] as never);
  if (type === undefined || message.length < headerBytes || message.length > headerBytes + frameBytesMax) {
    throw new ServiceError('InvalidContent', 'That is no frame of a console.');
  }
  const seq = new DataView(message.buffer, message.byteOffset, message.byteLength).getUint32(1);
  return { type, seq, payload: message.subarray(headerBytes) };
}

/** A number as the payload of `credit` and `skipped`. */
export function countPayload(count: number): Uint8Array {
  const payload = new Uint8Array(4);
  new DataView(payload.buffer).setUint32(0, count);
  return payload;
}

/** @throws InvalidContent */
export function readCount({ payload }: Frame): number {
  if (payload.length !== 4) throw new ServiceError('InvalidContent', 'A frame of a console holds no count.');
  return view(payload).getUint32(0);
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export function sizePayload({ columns, rows }: TerminalSize): Uint8Array {
  const payload = new Uint8Array(4);
  view(payload).setUint16(0, columns);
  view(payload).setUint16(2, rows);
  return payload;
}

/** @throws InvalidContent also for a size without an area */
export function readSize({ payload }: Frame): TerminalSize {
  const size = payload.length === 4 && { columns: view(payload).getUint16(0), rows: view(payload).getUint16(2) };
  if (!size || size.columns === 0 || size.rows === 0) throw new ServiceError('InvalidContent', 'A frame of a console holds no size.');
  return size;
}

function view(payload: Uint8Array): DataView {
  return new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
}
