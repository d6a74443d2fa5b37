import { listServers } from '@nereid/contracts';
import { devCaller, withBus } from './bus-access';
import type { Installation } from './installation';

/** Waits until so many servers are up, and answers a remark with how many of each kind. @throws Error after 90 s, naming those that are not */
export function waitForServers(installation: Installation, count: number): Promise<string> {
  return withBus(installation, async (bus) => {
    const until = performance.now() + 90_000;
    for (;;) {
      const { items } = await bus.call(listServers, { limit: 1000 }, devCaller());
      const up = items.filter((server) => server.state === 'up');
      if (up.length >= count) {
        const kinds = [...new Set(up.map((server) => server.driver))];
        return kinds.map((kind) => `${up.filter((server) => server.driver === kind).length} ${kind}`).join(', ');
      }
      if (performance.now() > until) {
        const others = items.filter((server) => server.state !== 'up').map((server) => `${server.hostname} (${server.state})`);
        throw new Error(`only ${up.length} of ${count} servers are up after 90 s; not up: ${others.join(', ') || 'none enrolled'}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });
}
