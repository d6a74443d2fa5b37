import { randomBytes, randomUUID } from 'node:crypto';

/** Makes ids. Answers plain strings; the caller brands them by the kind it needs. */
export interface Ids {
  /** UUID v4, for what customers see. */
  random(): string;
  /** UUID v7, sorted by time, for jobs, events and audit entries. */
  sorted(): string;
}

export class SystemIds implements Ids {
  random(): string {
    return randomUUID();
  }

  /** Source: RFC 9562 §5.7; 48 bits of milliseconds, then random bits. */
  sorted(): string {
    const bytes = randomBytes(16);
    bytes.writeUIntBE(Date.now(), 0, 6);
    bytes[6] = (bytes[6]! & 0x0f) | 0x70;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    const hex = bytes.toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }
}
