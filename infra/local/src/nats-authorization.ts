import type { Installation } from './installation';

/** Who may do what on the bus, as lines of the server's configuration. */
export function natsAuthorization(_installation: Installation, _directory: string): Promise<string | undefined> {
  return Promise.resolve(undefined);
}
