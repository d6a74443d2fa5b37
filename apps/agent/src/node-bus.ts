import type { Caller, NodeFrames, NodeReport, NodeRpc } from '@nereid/contracts';
import type { z } from 'zod';

/** The bus as one server's agent sees it: calls to this server, reports of this server. */
export interface NodeBus {
  /** Answers calls to this server's agent until the bus closes. */
  serve<Request extends z.ZodType, Reply extends z.ZodType>(
    rpc: NodeRpc<Request, Reply>,
    handler: (request: z.output<Request>, caller: Caller) => Promise<z.input<Reply>> | z.input<Reply>,
  ): void;
  /** With a reply in the contract, resolves when it came. @throws ServiceError Timeout, ServiceUnavailable */
  report<Body extends z.ZodType, Reply extends z.ZodType | undefined>(
    report: NodeReport<Body, Reply>,
    body: z.input<Body>,
  ): Promise<Reply extends z.ZodType ? z.output<Reply> : void>;
  /** Says frames: once, and lost while the connection is down. */
  sendFrame<Body>(frames: NodeFrames<Body>, body: Body): void;
  /** Calls `act` whenever the connection is back after a loss. */
  onReconnect(act: () => void): void;
  close(): Promise<void>;
}
