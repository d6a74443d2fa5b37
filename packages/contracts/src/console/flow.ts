import { ServiceError } from '../service-error';
import {
  countPayload,
  decodeConsoleFrame,
  encodeConsoleFrame,
  frameBytesMax,
  readCount,
  unsequencedFrames,
  windowBytes,
  type Frame,
  type FrameType,
} from './frames';

/** One end of a session: numbers what it sends, keeps to the credit that the far end gave, and notices what was lost or sent without credit. */
export class FrameFlow {
  private sent = 0;
  private heard = 0;
  private maySend = windowBytes;
  /** Bytes that the far end may still send. */
  private mayHear = windowBytes;
  /** Taken in and not granted again yet. */
  private taken = 0;

  /** @param transmit hands a whole frame to the transport, in order */
  constructor(private readonly transmit: (frame: Uint8Array<ArrayBuffer>) => void) {}

  /** Bytes that may be sent now. */
  get credit(): number {
    return this.maySend;
  }

  /** Sends a frame that needs no credit. */
  tell(type: Exclude<FrameType, 'data' | 'error' | 'credit'>, payload?: Uint8Array): void {
    const seq = unsequencedFrames.has(type) ? 0 : this.next();
    this.transmit(encodeConsoleFrame(type, seq, payload));
  }

  /** Sends as much of `bytes` as credit allows, in frames; answers how much that was. */
  send(type: 'data' | 'error', bytes: Uint8Array): number {
    const allowed = Math.min(bytes.length, this.maySend);
    for (let at = 0; at < allowed; at += frameBytesMax) {
      this.transmit(encodeConsoleFrame(type, this.next(), bytes.subarray(at, Math.min(allowed, at + frameBytesMax))));
    }
    this.maySend -= allowed;
    return allowed;
  }

  /**
   * Reads a message of the far end. Credit is worked in; the caller sees it all the same, as a sign that it may send.
   * @throws InvalidContent no frame, one missing before it, or more bytes than were granted: the session cannot go on
   */
  hear(message: Uint8Array): Frame {
    const frame = decodeConsoleFrame(message);
    if (unsequencedFrames.has(frame.type)) return frame;
    if (frame.seq !== this.heard) throw new ServiceError('InvalidContent', 'Part of the session was lost on the way.');
    this.heard = (this.heard + 1) >>> 0;
    if (frame.type === 'credit') {
      // Never more than a window, whatever the far end says: memory is bounded by us.
      this.maySend = Math.min(windowBytes, this.maySend + readCount(frame));
    } else if (frame.type === 'data' || frame.type === 'error') {
      this.mayHear -= frame.payload.length;
      if (this.mayHear < 0) throw new ServiceError('InvalidContent', 'More was sent than was granted.');
    }
    return frame;
  }

  /** Bytes that were heard have been taken in. Grants them again, an eighth of the window at a time. */
  take(bytes: number): void {
    this.taken += bytes;
    if (this.taken < windowBytes / 8) return;
    this.mayHear += this.taken;
    const granted = countPayload(this.taken);
    this.taken = 0;
    this.transmit(encodeConsoleFrame('credit', this.next(), granted));
  }

  private next(): number {
    const seq = this.sent;
    this.sent = (this.sent + 1) >>> 0;
    return seq;
  }
}
