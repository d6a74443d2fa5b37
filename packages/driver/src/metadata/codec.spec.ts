import { SeededRandom, SteppedClock } from '@nereid/ports/fake';
import { until } from '@nereid/ports/until';
import { duplexPair } from 'node:stream';
import { MetadataRefused, type MetadataAnswers, type MetadataReply, type MetadataRequest } from './answers';
import { parseV1, renderV1 } from './codec-v1';
import { parseV2, parseV2Reply, renderV2, renderV2Request } from './codec-v2';
import { LineSplitter } from './line-splitter';
import { MetadataSessions, metadataLimits } from './session';

const random = new SeededRandom(7);
const alphabet = ['a', 'Z', '0', ' ', '.', '\n', '\t', ':', 'ü', '☃', '𝄞', '\\', '"'];
function aText(longest: number): string {
  return Array.from(
    { length: Math.floor(random.fraction() * longest) },
    () => alphabet[Math.floor(random.fraction() * alphabet.length)],
  ).join('');
}
function anId(): string {
  return Math.floor(random.fraction() * 0xffffffff)
    .toString(16)
    .padStart(8, '0');
}

describe('protocol version 2', () => {
  it('reads back every request that it writes', () => {
    for (let n = 0; n < 500; n++) {
      const key = `k${aText(20)}`;
      const requests: MetadataRequest[] = [
        { command: 'GET', key },
        { command: 'KEYS' },
        { command: 'PUT', key, value: aText(200) },
        { command: 'DELETE', key },
      ];
      for (const request of requests) {
        const requestId = anId();
        expect(parseV2(renderV2Request(requestId, request).slice(0, -1))).toEqual({ requestId, request });
      }
    }
  });

  it('writes replies that say what was meant', () => {
    for (let n = 0; n < 500; n++) {
      const requestId = anId();
      const value = aText(100) || undefined;
      expect(parseV2Reply(renderV2(requestId, { code: 'SUCCESS', value }).slice(0, -1))).toEqual({ requestId, code: 'SUCCESS', value });
    }
    // The checksum of zip, as any other implementation computes it over `12345678 NOTFOUND`.
    expect(renderV2('12345678', { code: 'NOTFOUND' })).toBe('V2 17 0fd653a3 12345678 NOTFOUND\n');
  });

  it('drops a frame in which any single character changed', () => {
    const line = renderV2Request('00c0ffee', { command: 'PUT', key: 'root_authorized_keys', value: 'ssh-ed25519 AAAA' }).slice(0, -1);
    for (let at = 0; at < line.length; at++) {
      const other = line[at] === 'x' ? 'y' : 'x';
      expect(parseV2(line.slice(0, at) + other + line.slice(at + 1))).toBeUndefined();
    }
    for (let length = 0; length < line.length; length++) expect(parseV2(line.slice(0, length))).toBeUndefined();
  });
});

describe('protocol version 1', () => {
  it('keeps the closing dot unique, whatever the value', () => {
    for (let n = 0; n < 500; n++) {
      const value = aText(60);
      const text = renderV1({ code: 'SUCCESS', value });
      const lines = text.split('\n');
      expect(lines.indexOf('.')).toBe(lines.length - 2);
      const body = lines.slice(1, -2).map((line) => (line.startsWith('.') ? line.slice(1) : line));
      expect(body.join('\n')).toBe(value);
    }
  });

  it('has neither PUT nor DELETE', () => {
    expect(parseV1('PUT a b')).toEqual({ kind: 'invalid' });
    expect(parseV1('DELETE a')).toEqual({ kind: 'invalid' });
    expect(parseV1('GET ')).toEqual({ kind: 'invalid' });
    expect(parseV1('')).toEqual({ kind: 'invalid' });
    expect(parseV1('NEGOTIATE V2\r')).toEqual({ kind: 'negotiate' });
  });
});

describe('LineSplitter', () => {
  it('gives the same lines however the bytes are cut', () => {
    for (let n = 0; n < 100; n++) {
      const text = `${aText(200)}\n`;
      const bytes = Buffer.from(text);
      const splitter = new LineSplitter(10_000);
      const lines: (string | undefined)[] = [];
      for (let at = 0; at < bytes.length;) {
        const end = at + 1 + Math.floor(random.fraction() * 5);
        lines.push(...splitter.push(bytes.subarray(at, end)));
        at = end;
      }
      expect(lines).toEqual(text.split('\n').slice(0, -1));
    }
  });

  it('forgets a line that is too long and understands the next', () => {
    const splitter = new LineSplitter(10);
    expect(splitter.push(Buffer.from('x'.repeat(1_000_000)))).toEqual([]);
    expect(splitter.push(Buffer.from('yy\nshort\n'))).toEqual([undefined, 'short']);
  });
});

describe('MetadataSessions', () => {
  const answers: MetadataAnswers = {
    get: async (key) => (key === 'boom' ? Promise.reject(new Error('secret detail')) : 'v'),
    keys: async () => [],
    put: async () => {
      throw new MetadataRefused('not yours');
    },
    delete: async () => undefined,
  };
  function open(clock = new SteppedClock(), limits = metadataLimits) {
    const sessions = new MetadataSessions(clock, answers, limits);
    const [guest, host] = duplexPair();
    let heard = '';
    guest.on('data', (bytes: Buffer) => (heard += bytes.toString()));
    sessions.accept(host);
    return { sessions, guest, heard: () => heard };
  }

  it('tells the guest what was refused, and nothing of what went wrong inside', async () => {
    const { guest, heard } = open();
    guest.write(renderV2Request('00000001', { command: 'PUT', key: 'a', value: 'b' }));
    guest.write(renderV2Request('00000002', { command: 'GET', key: 'boom' }));
    const lines = await until('two answers', () => heard().split('\n').length > 2 && heard().trimEnd().split('\n'));
    const replies = lines.map((line): MetadataReply | undefined => parseV2Reply(line) as never);
    expect(replies).toMatchObject([
      { code: 'FAILURE', value: 'not yours' },
      { code: 'FAILURE', value: 'internal error' },
    ]);
    guest.destroy();
  });

  it('reads a guest that asks too fast more slowly', async () => {
    const clock = new SteppedClock();
    const { guest, heard } = open(clock, { ...metadataLimits, readsPerSecond: 10, readsBurst: 5 });
    guest.write('GET a\n'.repeat(10));
    const answered = (): number => heard().split('SUCCESS').length - 1;
    await until('as many answers as it may have at once', () => answered() === 5);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(answered()).toBe(5);
    await clock.advance(1_000);
    await until('the others', () => answered() === 10);
    guest.destroy();
  });

  it('closes what is over the number of connections', async () => {
    const { sessions, guest } = open(new SteppedClock(), { ...metadataLimits, maxConnections: 1 });
    const [second, host] = duplexPair();
    const closed = new Promise((resolve) => host.once('close', resolve));
    sessions.accept(host);
    await closed;
    second.destroy();
    guest.destroy();
  });
});
