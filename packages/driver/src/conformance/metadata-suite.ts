import type { Duplex } from 'node:stream';
import type { InstanceSpec } from '@nereid/contracts';
import { until } from '@nereid/ports/until';
import type { ImageSource } from '../image-driver';
import { MetadataRefused, MetadataSessions, parseV2Reply, renderV2Request, type MetadataAnswers, type MetadataRequest } from '../metadata';
import { aTask, anInstance, bringUp, clock, takeDown } from './fixtures';
import type { DriverHarness } from './harness';

/** The guest's metadata socket: both protocols, and the right instance's answers. */
export function metadataSuite(use: () => DriverHarness, image: () => ImageSource): void {
  describe('guest metadata', () => {
    it('answers both protocols, each guest its own', async () => {
      const harness = use();
      const capability = (await harness.driver.guest.probe()).metadata;
      const one = anInstance(harness, image());
      const other = anInstance(harness, image());
      if (!capability.available) {
        await expect(harness.driver.guest.serveMetadata(aTask(), one, () => undefined)).rejects.toMatchObject({ code: 'Unsupported' });
        return;
      }
      const oneMap = await serve(harness, one, { greeting: 'first', dotted: '.\n..x\nÜmläut ☃' });
      await serve(harness, other, { greeting: 'second' });

      const guest = await talk(harness, one);
      expect(await guest.ask('GET greeting\n', /\n\.\n$/)).toBe('SUCCESS\nfirst\n.\n');
      expect(await guest.ask('GET dotted\n', /\n\.\n$/)).toBe('SUCCESS\n..\n...x\nÜmläut ☃\n.\n');
      expect(await guest.ask('GET absent\n', /\n$/)).toBe('NOTFOUND\n');
      expect(await guest.ask('KEYS\n', /\n\.\n$/)).toBe('SUCCESS\ngreeting\ndotted\n.\n');
      expect(await guest.ask('\n', /\n$/)).toBe('invalid command\n');
      expect(await guest.ask('NEGOTIATE V2\n', /\n$/)).toBe('V2_OK\n');
      expect(await guest.askV2({ command: 'GET', key: 'dotted' })).toEqual({ code: 'SUCCESS', value: '.\n..x\nÜmläut ☃' });
      expect(await guest.askV2({ command: 'PUT', key: 'new key', value: 'väl ue\n' })).toEqual({ code: 'SUCCESS', value: undefined });
      expect(oneMap.get('new key')).toBe('väl ue\n');
      expect(await guest.askV2({ command: 'DELETE', key: 'greeting' })).toEqual({ code: 'SUCCESS', value: undefined });
      expect(await guest.askV2({ command: 'GET', key: 'greeting' })).toEqual({ code: 'NOTFOUND', value: undefined });
      expect(await guest.askV2({ command: 'PUT', key: 'sdc:uuid', value: 'x' })).toMatchObject({ code: 'FAILURE' });
      expect(await guest.askV2({ command: 'KEYS' })).toEqual({ code: 'SUCCESS', value: 'dotted\nnew key' });
      guest.close();

      const neighbour = await talk(harness, other);
      expect(await neighbour.ask('GET greeting\n', /\n\.\n$/)).toBe('SUCCESS\nsecond\n.\n');
      neighbour.close();
      await takeDown(harness, one);
      await takeDown(harness, other);
    });
  });
}

async function serve(harness: DriverHarness, spec: InstanceSpec, values: Record<string, string>): Promise<Map<string, string>> {
  const map = new Map(Object.entries(values));
  const answers: MetadataAnswers = {
    get: async (key) => map.get(key),
    keys: async () => [...map.keys()],
    put: async (key, value) => {
      if (key.startsWith('sdc:')) throw new MetadataRefused('read only');
      map.set(key, value);
    },
    delete: async (key) => void map.delete(key),
  };
  // Root and ports come first: the socket may lie inside the instance's own directory.
  await harness.driver.storage.ensureRoot(aTask(), spec);
  await harness.driver.guest.serveMetadata(aTask(), spec, new MetadataSessions(clock, answers).accept);
  await bringUp(harness, spec);
  return map;
}

async function talk(harness: DriverHarness, spec: InstanceSpec) {
  const socket: Duplex = await harness.connectMetadata(spec);
  let heard = '';
  let requests = 0;
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => (heard += text));
  const ask = async (text: string, whole: RegExp): Promise<string> => {
    heard = '';
    socket.write(text);
    return until(`an answer to ${JSON.stringify(text.slice(0, 40))}`, () => whole.test(heard) && heard);
  };
  return {
    ask,
    askV2: async (request: MetadataRequest) => {
      const requestId = (0xabc00000 + ++requests).toString(16);
      const reply = parseV2Reply((await ask(renderV2Request(requestId, request), /\n$/)).trimEnd());
      expect(reply?.requestId).toBe(requestId);
      return { code: reply!.code, value: reply!.value };
    },
    close: () => socket.destroy(),
  };
}
