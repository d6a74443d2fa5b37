import type { Clock } from '@nereid/ports';

/** The bytes of sessions: a connection of its own, so that they never hold up beats and tasks. */
export interface StreamBus {
  /** One session's channel; resolves when what is sent there arrives. */
  open(session: string, onMessage: (message: Uint8Array) => void): Promise<StreamChannel>;
  close(): Promise<void>;
}

export interface StreamChannel {
  /** False when it was dropped. */
  send(message: Uint8Array): boolean;
  close(): void;
}

const keptMs = 60_000;

/** Connects when the first session comes and lets go a minute after the last: most servers have none most of the time. */
export class StreamsOnDemand implements StreamBus {
  private connection: Promise<StreamBus> | undefined;
  private channels = 0;
  private cancelClose: () => void = () => undefined;

  constructor(
    private readonly connect: () => Promise<StreamBus>,
    private readonly clock: Clock,
  ) {}

  async open(session: string, onMessage: (message: Uint8Array) => void): Promise<StreamChannel> {
    this.cancelClose();
    this.channels++;
    try {
      const channel = await (await this.connected()).open(session, onMessage);
      let isOpen = true;
      return {
        send: (message) => channel.send(message),
        close: () => {
          if (!isOpen) return;
          isOpen = false;
          channel.close();
          this.left();
        },
      };
    } catch (error) {
      this.left();
      throw error;
    }
  }

  /** What was sent goes out first. */
  async close(): Promise<void> {
    this.cancelClose();
    const connection = this.connection;
    this.connection = undefined;
    await (await connection?.catch(() => undefined))?.close();
  }

  /** One that failed is not kept: the next session tries anew. */
  private connected(): Promise<StreamBus> {
    if (this.connection) return this.connection;
    const connection = this.connect();
    this.connection = connection;
    connection.catch(() => {
      if (this.connection === connection) this.connection = undefined;
    });
    return connection;
  }

  private left(): void {
    this.channels--;
    if (this.channels === 0) this.cancelClose = this.clock.after(keptMs, () => void this.close());
  }
}
