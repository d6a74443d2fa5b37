import type { Bus } from '@nereid/bus';
import { consoleStream, type ServerId } from '@nereid/contracts';
import type { StreamBus } from './console/stream-bus';
import type { NodeBus } from './node-bus';

/** One server's view of a bus connection made with that server's credentials. */
export function nodeBusOf(bus: Bus, server: ServerId): NodeBus {
  return {
    serve: (rpc, handler) => void bus.serveNode(rpc, server, (request, caller) => handler(request, caller) as never),
    report: (report, body) => bus.report(report, server, body as never),
    sendFrame: (frames, body) => bus.sendFrame(frames, server, body),
    onReconnect: (act) => void bus.onReconnect(act),
    close: () => bus.close({ drainMs: 2_000 }),
  };
}

/** The channels of sessions, by a second connection of the same server. */
export function streamBusOf(bus: Bus, server: ServerId): StreamBus {
  return {
    open: async (session, onMessage) => {
      const end = bus.openStream(consoleStream, server, session, 'node', onMessage);
      await bus.flush();
      return end;
    },
    close: () => bus.close({ drainMs: 500 }),
  };
}
