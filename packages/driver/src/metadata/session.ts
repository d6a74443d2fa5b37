import type { Duplex } from 'node:stream';
import type { Clock } from '@nereid/ports';
import { answer, type MetadataAnswers, type MetadataRequest } from './answers';
import { parseV1, renderV1, v1Invalid, v2Accepted } from './codec-v1';
import { parseV2, renderV2 } from './codec-v2';
import { LineSplitter } from './line-splitter';
import { TokenBucket } from './token-bucket';

export interface MetadataLimits {
  /** Longest request line. 128 KiB: a value of 64 KiB grows by base64 twice. */
  readonly maxRequestBytes: number;
  readonly maxConnections: number;
  readonly readsPerSecond: number;
  readonly readsBurst: number;
  /** Writes travel to the control plane, so they are dearer. */
  readonly writesPerSecond: number;
  readonly writesBurst: number;
}

export const metadataLimits: MetadataLimits = {
  maxRequestBytes: 128 * 1024,
  maxConnections: 16,
  readsPerSecond: 100,
  readsBurst: 400,
  writesPerSecond: 2,
  writesBurst: 20,
};

/**
 * Speaks the metadata protocol, both versions, with the guest of one instance, on any number of its connections. A guest that asks too fast
 * is read more slowly; one that does not read its answers is not read at all: either way it holds one request of our memory.
 */
export class MetadataSessions {
  private readonly open = new Set<Duplex>();
  private readonly reads: TokenBucket;
  private readonly writes: TokenBucket;

  constructor(
    private readonly clock: Clock,
    private readonly answers: MetadataAnswers,
    private readonly limits: MetadataLimits = metadataLimits,
  ) {
    this.reads = new TokenBucket(clock, limits.readsPerSecond, limits.readsBurst);
    this.writes = new TokenBucket(clock, limits.writesPerSecond, limits.writesBurst);
  }

  /** Serves one connection until either side ends it. Hand this to `GuestDriver.serveMetadata`. */
  readonly accept = (guest: Duplex): void => {
    guest.on('error', () => guest.destroy()); // the guest went away; nothing to tell anybody
    if (this.open.size >= this.limits.maxConnections) {
      guest.destroy();
      return;
    }
    this.open.add(guest);
    guest.on('close', () => this.open.delete(guest));
    this.serve(guest).catch(() => guest.destroy());
  };

  /** Ends all connections. */
  close(): void {
    for (const guest of this.open) guest.destroy();
  }

  private async serve(guest: Duplex): Promise<void> {
    const splitter = new LineSplitter(this.limits.maxRequestBytes);
    for await (const chunk of guest as AsyncIterable<Buffer>) {
      for (const line of splitter.push(chunk)) {
        const reply = line === undefined ? v1Invalid : await this.reply(line);
        if (reply !== '' && !guest.write(reply)) await drained(guest);
        if (guest.destroyed) return;
      }
    }
    guest.end();
  }

  /** Which protocol a line is in shows on the line itself, so an agent that starts again understands a guest that negotiated before. */
  private async reply(line: string): Promise<string> {
    if (line.startsWith('V2 ')) {
      const frame = parseV2(line);
      if (!frame) return '';
      if (!frame.request) return renderV2(frame.requestId, { code: 'FAILURE', message: 'invalid command' });
      await this.pace(frame.request);
      return renderV2(frame.requestId, await answer(this.answers, frame.request));
    }
    const parsed = parseV1(line);
    if (parsed.kind === 'negotiate') return v2Accepted;
    if (parsed.kind === 'invalid') {
      await this.pace({ command: 'KEYS' });
      return v1Invalid;
    }
    await this.pace(parsed.request);
    return renderV1(await answer(this.answers, parsed.request));
  }

  private async pace(request: MetadataRequest): Promise<void> {
    const writes = request.command === 'PUT' || request.command === 'DELETE';
    const waitMs = (writes ? this.writes : this.reads).takeAndWaitMs();
    if (waitMs > 0) await this.clock.sleep(waitMs);
  }
}

function drained(guest: Duplex): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      guest.off('drain', done);
      guest.off('close', done);
      resolve();
    };
    guest.once('drain', done);
    guest.once('close', done);
  });
}
