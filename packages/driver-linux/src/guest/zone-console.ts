import { connect, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { DriverError, type GuestTerminal } from '@nereid/driver';

const framed = { bytes: 0, size: 1 } as const;
/** Of one frame to the keeper; its length is two bytes. */
const chunkBytes = 32 * 1024;

/** The console of a zone, by the keeper that was left behind when it started. @throws DriverError Conflict nobody keeps it: the zone does not run */
export async function attachZoneConsole(path: string): Promise<GuestTerminal> {
  const socket = await connected(path);
  const ended = new Promise<Record<string, never>>((resolve) => socket.once('close', () => resolve({})));
  const input = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      for (let at = 0; at < chunk.length; at += chunkBytes) socket.write(frame('bytes', chunk.subarray(at, at + chunkBytes)));
      if (socket.writableNeedDrain) socket.once('drain', () => done());
      else done();
    },
  });
  socket.on('close', () => input.destroy());
  return {
    output: socket,
    errors: undefined,
    input,
    resize: ({ columns, rows }) => {
      const size = Buffer.alloc(4);
      size.writeUInt16BE(columns, 0);
      size.writeUInt16BE(rows, 2);
      socket.write(frame('size', size));
    },
    signal: () => undefined,
    ended,
    close: () => socket.destroy(),
  };
}

function frame(type: keyof typeof framed, payload: Buffer): Buffer {
  const head = Buffer.alloc(3);
  head[0] = framed[type];
  head.writeUInt16BE(payload.length, 1);
  return Buffer.concat([head, payload]);
}

function connected(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      socket.on('error', () => socket.destroy());
      resolve(socket);
    });
    socket.once('error', (cause) => reject(new DriverError('Conflict', 'the instance does not run', { step: 'attach-console', cause })));
  });
}
