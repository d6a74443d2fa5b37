import { createServer } from 'node:http';
import type { Health } from './health';
import type { Metrics } from './metrics';

/** Serves `/health` (200, or 503 when a check fails) and `/metrics` on a loopback address. Answers its port and how to end it. */
export async function startLoopbackServer(
  at: { host: string; port: number },
  health: Health,
  metrics: Metrics,
): Promise<{ port: number; close: () => Promise<void> }> {
  if (!/^(127\.|::1$|localhost$)/.test(at.host)) throw new Error(`health.host must be a loopback address, not ${at.host}`);
  const server = createServer((request, response) => {
    const answer = (status: number, type: string, body: string): void => {
      response.writeHead(status, { 'content-type': type }).end(body);
    };
    if (request.url === '/health') {
      const { ok, apps } = health.report();
      answer(ok ? 200 : 503, 'application/json', JSON.stringify({ status: ok ? 'ok' : 'degraded', apps }));
    } else if (request.url === '/metrics') {
      metrics.registry.metrics().then(
        (text) => answer(200, metrics.registry.contentType, text),
        () => answer(500, 'text/plain', 'metrics could not be collected\n'),
      );
    } else {
      answer(404, 'text/plain', 'there are /health and /metrics\n');
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(at.port, at.host, resolve);
  });
  return {
    port: (server.address() as { port: number }).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
