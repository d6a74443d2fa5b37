import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../context';
import type { Profile } from '../config/profile';

/** `[USER-]ACCOUNT@HOST`, fit for a folder's name. */
export function slugOf({ user, account, actAsAccount, url }: Profile): string {
  const host = new URL(url).host;
  const who = [user, actAsAccount ?? account].filter((part) => part !== undefined).join('-');
  return `${who.replaceAll('@', '_')}@${host}`.replace(/[^\w.@-]/g, '_');
}

/**
 * What `fetch` answers, or answered within the last `forMs`, from the cache of this profile. A cache that cannot be read or written costs
 * a request and nothing else.
 */
export async function kept<T>(
  { config, clock }: Context,
  profile: Profile,
  name: string,
  forMs: number,
  fetch: () => Promise<T>,
): Promise<T> {
  const file = join(config.cacheFolder(slugOf(profile)), `nereid.${name}.json`);
  const writtenMs = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  if (writtenMs !== undefined && clock.nowMs() - writtenMs < forMs) {
    try {
      return config.readJson(file) as T;
    } catch {
      // half written by a full disk: as if it were not there
    }
  }
  const value = await fetch();
  try {
    config.writeJson(file, value);
  } catch {
    // a folder that cannot be written to
  }
  return value;
}

export const minutesMs = (minutes: number): number => minutes * 60_000;
