import type { StreamBus, StreamChannel } from '../console/stream-bus';

/** Channels inside one process; a test holds the far ends. */
export class FakeStreams implements StreamBus {
  private readonly channels = new Map<string, { toNode: (message: Uint8Array) => void; toClient: (message: Uint8Array) => void }>();
  private readonly listeners = new Map<string, (message: Uint8Array) => void>();

  get openCount(): number {
    return this.channels.size;
  }

  async open(session: string, onMessage: (message: Uint8Array) => void): Promise<StreamChannel> {
    this.channels.set(session, { toNode: onMessage, toClient: (message) => this.listeners.get(session)?.(message) });
    return {
      send: (message) => {
        this.channels.get(session)?.toClient(message);
        return true;
      },
      close: () => void this.channels.delete(session),
    };
  }

  async close(): Promise<void> {}

  /** What a door would do: hears a session's frames, and sends frames to it. */
  door(session: string, onMessage: (message: Uint8Array) => void): (message: Uint8Array) => void {
    this.listeners.set(session, onMessage);
    return (message) => this.channels.get(session)?.toNode(message);
  }
}
