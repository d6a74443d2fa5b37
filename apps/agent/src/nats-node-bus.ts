import type { Bus } from '@nereid/bus';
import type { ServerId } from '@nereid/contracts';
import type { NodeBus } from './node-bus';

/** One server's view of a bus connection made with that server's credentials. */
export function nodeBusOf(bus: Bus, server: ServerId): NodeBus {
  return {
    serve: (rpc, handler) => void bus.serveNode(rpc, server, (request) => handler(request) as never),
    report: (report, body) => bus.report(report, server, body as never),
    sendFrame: (frames, body) => bus.sendFrame(frames, server, body),
    onReconnect: (act) => void bus.onReconnect(act),
    close: () => bus.close({ drainMs: 2_000 }),
  };
}
