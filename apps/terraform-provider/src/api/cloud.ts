import type { Answer, CallOptions as ClientOptions, CloudClient } from '@nereid/client';
import { InstanceWaits } from '@nereid/client/instance-waits';
import { ServiceError, cloudapi } from '@nereid/contracts';
import type { Clock, Random } from '@nereid/ports';
import type { z } from 'zod';
import { Stopped } from './stopped';

type Route = cloudapi.CloudRoute;
type Reply<R extends Route> = R['reply'] extends z.ZodType ? z.output<R['reply']> : undefined;

export interface CloudPorts {
  readonly client: Pick<CloudClient, 'call' | 'webSocketRequest'>;
  readonly clock: Clock;
  readonly random: Random;
  /** Aborted when Terraform asks to stop: by Ctrl-C. */
  readonly stop: AbortSignal;
}

export interface CallOptions extends ClientOptions {
  /** Not to be repeated: it is not known to be safe. */
  readonly isOnce?: boolean;
}

/** Longest wait for an API that is busy or silent, before a person is told. */
const patienceMs = 20_000;
const longestPauseMs = 4_000;

/** The customers' API for a program that may be stopped and need not give up at the first busy answer. */
export class Cloud {
  readonly clock: Clock;
  readonly stop: AbortSignal;
  /** Waits for instances, of all resources together: they share a changefeed. */
  readonly waits: InstanceWaits;

  constructor(private readonly ports: CloudPorts) {
    this.clock = ports.clock;
    this.stop = ports.stop;
    const { client, clock, random } = ports;
    this.waits = new InstanceWaits({
      clock,
      pauses: { firstMs: 250, longestMs: 5_000 },
      open: async (listener, vms) => {
        const { Changefeed } = await import('@nereid/client/changefeed');
        const request = (): ReturnType<CloudClient['webSocketRequest']> => client.webSocketRequest(cloudapi.changefeed, {});
        return new Changefeed({ request, clock, fraction: () => random.fraction() }, listener, vms);
      },
    });
  }

  close(): Promise<void> {
    return this.waits.close();
  }

  /**
   * Asks, and asks again while the API says that it is busy or does not answer. So everything sent through here must be safe to repeat,
   * unless it `isOnce`; what makes something has an `idempotencyKey`.
   * @throws ServiceError what the API answered @throws Stopped before an answer came
   */
  async call<R extends Route>(
    route: R,
    params: Readonly<Record<string, string>>,
    input: z.input<R['input']>,
    { isOnce, ...options }: CallOptions = {},
  ): Promise<Answer<Reply<R>>> {
    const giveUpAt = this.clock.monotonicMs() + patienceMs;
    for (let pauseMs = 250; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      try {
        return await this.ports.client.call(route, params, input, options);
      } catch (error) {
        const mayRetry = !isOnce && error instanceof ServiceError && error.mayRetry && this.clock.monotonicMs() < giveUpAt;
        if (!mayRetry) throw error;
        await this.pause(pauseMs * (0.5 + this.ports.random.fraction() / 2)); // not all ten at the same moment
      }
    }
  }

  /** @throws Stopped */
  async pause(ms: number): Promise<void> {
    if (this.stop.aborted) throw new Stopped();
    await this.clock.sleep(ms, this.stop).catch(() => {
      throw new Stopped();
    });
  }
}

/** Whether the API says that there is no such thing, or no longer. */
export function isAbsent(error: unknown): boolean {
  return error instanceof ServiceError && (error.code === 'ResourceNotFound' || error.code === 'Gone');
}
