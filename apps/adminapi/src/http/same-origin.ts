import type { IncomingMessage } from 'node:http';

/**
 * Whether a request comes from a page of this door, or from no page at all. Browsers name the page's origin wherever one page could act
 * on another's behalf; programs name none. `others`: origins besides the door's own under which the portal is reached (a proxy's).
 */
export function isSameOrigin(request: Pick<IncomingMessage, 'headers'>, hasTls: boolean, others: readonly string[]): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  return origin === `${hasTls ? 'https' : 'http'}://${host}` || others.includes(origin);
}
