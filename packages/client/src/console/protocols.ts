import { consoleProtocol } from '@nereid/contracts/light';

/** Subprotocols to offer for a session's token. */
export function consoleProtocols(token: string): string[] {
  return [consoleProtocol, `token.${token}`];
}
