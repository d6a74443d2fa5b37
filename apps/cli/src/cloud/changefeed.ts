import type { Changefeed, ChangefeedListener } from '@nereid/client/changefeed';
import type { Clock } from '@nereid/ports/clock';
import type { Cloud } from './cloud';
import { routes } from './routes.at-build';

/** Opens a changefeed of the account, or of some of its instances. Close it. */
export async function openChangefeed(
  cloud: Cloud,
  clock: Clock,
  listener: ChangefeedListener,
  vms: readonly string[] | undefined,
): Promise<Changefeed> {
  // What WebSockets need is loaded by who opens one, and by nobody else.
  const [{ Changefeed }, { SystemRandom }] = await Promise.all([import('@nereid/client/changefeed'), import('@nereid/ports/random')]);
  const random = new SystemRandom();
  const request = (): ReturnType<Cloud['webSocketRequest']> => cloud.webSocketRequest(routes.changefeed, {});
  return new Changefeed({ request, clock, fraction: () => random.fraction() }, listener, vms);
}
