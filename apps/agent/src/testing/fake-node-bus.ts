/* eslint-disable @typescript-eslint/no-explicit-any -- bodies of all reports pass here; their contracts check them */
import { ServiceError, type Caller, type NodeFrames, type NodeReport, type NodeRpc } from '@nereid/contracts';
import type { NodeBus } from '../node-bus';

const aService: Caller = { kind: 'service', service: 'test', requestId: '00000000-0000-4000-8000-0000000000cc' as never };

/** A bus with nobody else on it: remembers what was reported, and asks what a service would ask. */
export class FakeNodeBus implements NodeBus {
  readonly said: { what: string; body: any }[] = [];
  private readonly handlers = new Map<string, (request: any, caller: Caller) => unknown>();
  private readonly reconnected: (() => void)[] = [];
  /** Answers reports that want a reply; throw to stay silent. */
  reply: (what: string, body: any) => unknown = () => ({ recorded: true });

  serve(rpc: NodeRpc, handler: (request: any, caller: Caller) => unknown): void {
    this.handlers.set(rpc.verb, handler);
  }

  async report(report: NodeReport, body: unknown): Promise<never> {
    const checked = report.body.parse(body);
    this.said.push({ what: report.what, body: checked });
    return (report.reply === undefined ? undefined : this.reply(report.what, checked)) as never;
  }

  sendFrame<Body>(frames: NodeFrames<Body>, body: Body): void {
    this.said.push({ what: frames.what, body: frames.decode(frames.encode(body)) });
  }

  onReconnect(act: () => void): void {
    this.reconnected.push(act);
  }

  async close(): Promise<void> {}

  /** What the connection's return sets off. */
  reconnect(): void {
    for (const act of this.reconnected) act();
  }

  async call<R>(rpc: NodeRpc, request: unknown, caller = aService): Promise<R> {
    const handler = this.handlers.get(rpc.verb);
    if (!handler) throw new ServiceError('ServiceUnavailable', `nobody serves ${rpc.verb}`);
    return rpc.reply.parse(await handler(rpc.request.parse(request), caller)) as R;
  }

  bodies(what: string): any[] {
    return this.said.filter((it) => it.what === what).map((it) => it.body);
  }
}
