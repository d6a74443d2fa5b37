import { imageFetch, ServiceError, type ImageId, type InstanceSpec } from '@nereid/contracts';
import { DriverError, type ImageSource, type ServerDriver, type TaskContext } from '@nereid/driver';
import type { Clock } from '@nereid/ports';
import type { Log } from '../log';
import type { NodeBus } from '../node-bus';
import { Slots } from '../tasks/slots';
import type { HttpGet } from './http-get';

const attempts = 5;

/** Brings images to this server: asks where the file is, reads it over HTTP, lets the driver take it in. */
export class ImagePuller {
  private readonly pulling = new Map<ImageId, Promise<void>>();
  /** Two at a time: more only divide the same line and the same disk. */
  private readonly slots = new Slots(2);

  constructor(
    private readonly driver: ServerDriver,
    private readonly bus: NodeBus,
    private readonly get: HttpGet,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly onPulled: () => void,
  ) {}

  /**
   * The image of the spec is on this server. Answers whether it had to come. Those who want the same image meanwhile share the one transfer.
   * @throws DriverError Integrity; ServiceError ResourceNotFound there is no such image
   */
  async ensure(ctx: TaskContext, spec: InstanceSpec): Promise<boolean> {
    for (;;) {
      const underWay = this.pulling.get(spec.image.id);
      if (underWay) {
        await underWay.catch(() => undefined); // its task says why; this one tries for itself
        ctx.signal.throwIfAborted();
        continue;
      }
      if (await this.driver.image.has(spec.image.id)) return false;
      if (this.pulling.has(spec.image.id)) continue;
      const pull = this.pull(ctx, spec).finally(() => this.pulling.delete(spec.image.id));
      this.pulling.set(spec.image.id, pull);
      await pull;
      this.onPulled();
      return true;
    }
  }

  private async pull(ctx: TaskContext, spec: InstanceSpec): Promise<void> {
    const release = await this.slots.acquire();
    try {
      const began = this.clock.monotonicMs();
      const file = await this.bus.report(imageFetch, { image: spec.image.id });
      const source: ImageSource = {
        id: spec.image.id,
        format: spec.image.type === 'zvol' ? 'raw' : 'tar',
        compression: file.compression,
        sizeBytes: file.sizeBytes,
        sha256: file.sha256,
        read: (signal) => this.read(spec.image.id, file, signal),
      };
      await this.driver.image.import(ctx, source);
      this.log.info({ image: spec.image.id, bytes: file.sizeBytes, ms: Math.round(this.clock.monotonicMs() - began) }, 'an image has come');
    } finally {
      release();
    }
  }

  /** The bytes of the file; a broken transfer goes on where it broke, with a new URL since each works once. */
  private async *read(
    image: ImageId,
    first: { url: string; sha256: string; sizeBytes: number },
    signal: AbortSignal,
  ): AsyncIterable<Uint8Array> {
    let at = 0;
    let { url } = first;
    for (let attempt = 1; ; attempt++) {
      try {
        for await (const chunk of this.get(url, { from: at, signal })) {
          at += chunk.length;
          yield chunk;
        }
        if (at >= first.sizeBytes) return;
        throw new DriverError('Unavailable', `the file door ended the transfer after ${at} of ${first.sizeBytes} bytes`, { step: 'image' });
      } catch (error) {
        if (signal.aborted || attempt >= attempts) throw error;
        this.log.warn({ err: error, image, at, attempt }, 'the transfer of an image broke');
      }
      await this.clock.sleep(200 * 2 ** attempt, signal);
      const again = await this.bus.report(imageFetch, { image });
      if (again.sha256 !== first.sha256) throw new ServiceError('Conflict', `image ${image} changed while it was read`);
      url = again.url;
    }
  }
}
