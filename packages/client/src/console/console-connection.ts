import { FrameFlow, readCount, sizePayload, type ConsoleEnd, type Frame, type TerminalSize } from '@nereid/contracts/light';

/** What is used of a WebSocket: the browser's own, or the one of the package `ws`. */
export interface ConsoleSocket {
  binaryType: string;
  send(message: Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  onerror: (() => void) | null;
}

/** How a session ended: as the node said, or because the connection broke. */
export type ConsoleOutcome = ConsoleEnd | { readonly reason: 'disconnected'; readonly code: number; readonly message: string };

export interface ConsoleListener {
  /** Bytes to show; `taken` is called when they are, and lets as many more come. */
  onOutput(bytes: Uint8Array, taken: () => void): void;
  /** Standard error of a program without a terminal; as `onOutput` unless given. */
  onError?(bytes: Uint8Array, taken: () => void): void;
  /** So many bytes were left out, since we were too slow for the console. */
  onSkipped?(bytes: number): void;
}

/** The client's end of a session. Typing waits for credit; nothing is lost and nothing repeated. */
export class ConsoleConnection {
  /** Resolves when the node has begun the session; never when the door refuses. */
  readonly opened: Promise<void>;
  /** Resolves when the session is over. */
  readonly ended: Promise<ConsoleOutcome>;
  private readonly flow: FrameFlow;
  private readonly waiting: { bytes: Uint8Array; sent: () => void }[] = [];
  private wantsEnd = false;
  private isOpen = false;
  /** Of the terminal, when it was told before the session began. */
  private firstSize: TerminalSize | undefined;
  private open: () => void = () => undefined;
  private finish: (outcome: ConsoleOutcome) => void = () => undefined;

  constructor(
    private readonly socket: ConsoleSocket,
    private readonly listener: ConsoleListener,
  ) {
    socket.binaryType = 'arraybuffer';
    this.flow = new FrameFlow((frame) => {
      if (this.isOpen) socket.send(frame);
    });
    this.opened = new Promise((resolve) => (this.open = resolve));
    this.ended = new Promise((resolve) => (this.finish = resolve));
    socket.onmessage = ({ data }) => this.hear(new Uint8Array(data as ArrayBuffer));
    socket.onclose = ({ code, reason }) => this.over({ reason: 'disconnected', code, message: reason });
    socket.onerror = () => undefined; // a close follows and tells
  }

  /** Types. Resolves when the bytes are on their way, which they are as the far end takes them in. */
  type(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push({ bytes, sent: resolve });
      this.sendWaiting();
    });
  }

  /** Nothing more will be typed; after what still waits. */
  endInput(): void {
    this.wantsEnd = true;
    this.sendWaiting();
  }

  resize(size: TerminalSize): void {
    if (this.isOpen) this.flow.tell('resize', sizePayload(size));
    else this.firstSize = size;
  }

  /** @param name without SIG */
  signal(name: string): void {
    this.flow.tell('signal', new TextEncoder().encode(name));
  }

  /** Leaves. The node ends the program, or the console goes on without us. */
  close(): void {
    this.socket.close(1000);
  }

  private hear(message: Uint8Array): void {
    let frame: Frame;
    try {
      frame = this.flow.hear(message);
    } catch (error) {
      this.over({ reason: 'broken', message: error instanceof Error ? error.message : String(error) });
      this.socket.close(1000);
      return;
    }
    const { payload } = frame;
    const taken = once(() => this.flow.take(payload.length));
    if (frame.type === 'alive') this.begin();
    else if (frame.type === 'data') this.listener.onOutput(payload, taken);
    else if (frame.type === 'error') (this.listener.onError ?? this.listener.onOutput).call(this.listener, payload, taken);
    else if (frame.type === 'credit') this.sendWaiting();
    else if (frame.type === 'skipped') this.listener.onSkipped?.(readCount(frame));
    else if (frame.type === 'end') this.over(JSON.parse(new TextDecoder().decode(payload)) as ConsoleEnd);
  }

  private begin(): void {
    this.isOpen = true;
    if (this.firstSize) this.resize(this.firstSize);
    this.open();
    this.sendWaiting();
  }

  private sendWaiting(): void {
    if (!this.isOpen) return;
    for (let first = this.waiting[0]; first; first = this.waiting[0]) {
      const sent = this.flow.send('data', first.bytes);
      if (sent < first.bytes.length) {
        first.bytes = first.bytes.subarray(sent);
        return;
      }
      this.waiting.shift();
      first.sent();
    }
    if (this.wantsEnd) {
      this.wantsEnd = false;
      this.flow.tell('endOfInput');
    }
  }

  /** The first reason counts. */
  private over(outcome: ConsoleOutcome): void {
    this.isOpen = false;
    for (const { sent } of this.waiting.splice(0)) sent();
    this.finish(outcome);
  }
}

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    act();
  };
}
