import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { adminapi, createUpload, getImage, type Image, type ImageId } from '@nereid/contracts';
import { DoorUnderTest } from '../../test/door';

const id = '0ae1a3c5-0000-4000-8000-00000000000f' as ImageId;
const file = Buffer.alloc(3 * 1024 * 1024, 'nereid');
const sha256 = createHash('sha256').update(file).digest('hex');
const path = `${adminapi.pathOf(adminapi.putImageFile, { uuid: id })}?compression=none&sha256=${sha256}`;

describe('a file on its way through the operators’ door', () => {
  let door: DoorUnderTest;
  let fileDoor: Server;
  let session: { cookie: string; csrf: string };
  let taken: Buffer[] = [];
  let refuses: { status: number; body: object } | undefined;

  beforeAll(async () => {
    fileDoor = createServer((request: IncomingMessage, response) => {
      if (refuses) return void response.writeHead(refuses.status).end(JSON.stringify(refuses.body));
      request.on('data', (chunk: Buffer) => taken.push(chunk));
      request.on('end', () => response.writeHead(204).end());
    });
    await new Promise<void>((resolve) => fileDoor.listen(0, '127.0.0.1', resolve));
    door = await DoorUnderTest.open({}, (bus) => {
      bus.serve(createUpload, ({ sizeBytes }) => ({
        url: `http://127.0.0.1:${(fileDoor.address() as AddressInfo).port}/files/${sizeBytes}`,
        expiresAt: new Date().toISOString(),
      }));
      bus.serve(getImage, () => image);
    });
    session = await door.session();
  });
  beforeEach(() => {
    taken = [];
    refuses = undefined;
  });
  afterAll(async () => {
    await door?.close();
    fileDoor?.close();
  });

  const put = (headers: Record<string, string> = {}, body: Uint8Array<ArrayBuffer> = new Uint8Array(file)): Promise<Response> =>
    fetch(door.url + path, {
      method: 'PUT',
      headers: { 'cookie': session.cookie, [adminapi.csrfHeader]: session.csrf, 'content-type': 'application/octet-stream', ...headers },
      body,
    });

  it('comes there byte for byte, and the image is answered', async () => {
    const answer = await put();
    expect({ status: answer.status, body: await answer.json() }).toMatchObject({ status: 200, body: { uuid: id, state: 'unactivated' } });
    expect(createHash('sha256').update(Buffer.concat(taken)).digest('hex')).toBe(sha256);
  });

  it('is refused with the words of the file door, though bytes are still coming', async () => {
    refuses = { status: 422, body: { code: 'InvalidContent', message: 'the SHA-256 of what came is not the one announced' } };
    const answer = await put();
    expect(await answer.json()).toMatchObject({ code: 'InvalidContent', message: refuses.body['message' as never] });
    refuses = { status: 500, body: {} };
    expect(await (await put()).json()).toMatchObject({ code: 'ServiceUnavailable' });
  });

  it('is nothing but bytes, from a page of ours', async () => {
    expect((await put({ 'content-type': 'application/json' }, new TextEncoder().encode('{}'))).status).toBe(415);
    expect((await put({ [adminapi.csrfHeader]: 'another' })).status).toBe(403);
    expect(taken).toEqual([]);
    // And no other route takes bytes.
    const headers = { 'cookie': session.cookie, [adminapi.csrfHeader]: session.csrf, 'content-type': 'application/octet-stream' };
    expect((await door.send('POST', '/imgapi/images', { headers, body: 'x' })).status).toBe(415);
  });
});

const image = {
  id,
  owner: '0ae1a3c5-0000-4000-8000-000000000001',
  name: 'uploaded',
  version: '1',
  os: 'linux',
  type: 'lx-dataset',
  public: false,
  acl: [],
  requirements: {},
  tags: {},
  state: 'unactivated',
  createdAt: new Date(0).toISOString(),
  rowVersion: 1,
} as unknown as Image;
