import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FilesController } from './files.controller';
import { FilesSettings } from './files-settings';
import type { TransfersService } from './transfers.service';

/** As much of Fastify's reply as a download uses. */
function replyOn(raw: ServerResponse): FastifyReply {
  const reply = { raw, code: () => reply, header: () => reply, send: (bytes: Readable) => (bytes.pipe(raw), reply) };
  return reply as unknown as FastifyReply;
}

describe('a download', () => {
  it('whose client goes before the first byte gives its place and its token back', async () => {
    const settled: boolean[] = [];
    let hasLeft: Promise<unknown> = Promise.resolve();
    const transfer = { purpose: 'get', image: 'i', sha256: '0'.repeat(64), sizeBytes: 5, compression: 'none' };
    const transfers = {
      look: async () => transfer,
      // The client leaves while the file is being opened.
      open: async () => {
        await hasLeft;
        return { transfer, bytes: Readable.from([Buffer.from('bytes')]), settle: async (isDone: boolean) => void settled.push(isDone) };
      },
    } as unknown as TransfersService;
    const controller = new FilesController(transfers, new FilesSettings('http://door', 10, 1_000, 1));
    const ends: Promise<void>[] = [];
    const server = createServer((request, response) => {
      if (ends.length === 0) hasLeft = once(response, 'close');
      ends.push(controller.get('t', request as unknown as FastifyRequest, replyOn(response)));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const leaving = connect(port, '127.0.0.1', () => leaving.write('GET / HTTP/1.1\r\nHost: door\r\n\r\n'));
      await once(server, 'request');
      leaving.destroy();
      await ends[0];
      expect(settled).toEqual([false]);
      // There is one place, and it is free again.
      hasLeft = Promise.resolve();
      expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('bytes');
      await ends[1];
      expect(settled).toEqual([false, true]);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
