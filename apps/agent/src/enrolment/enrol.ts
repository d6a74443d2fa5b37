import { enrolPath, EnrolReply, type EnrolRequest } from '@nereid/contracts';
import { makeNodeKey } from '@nereid/bus/node-key';
import type { Clock } from '@nereid/ports';
import type { Log } from '../log';
import { IdentityFile, type Identity } from './identity';
import { postJson } from './post-json';

export interface EnrolOptions {
  readonly folder: string;
  /** Base of adminapi. */
  readonly url: string;
  /** The authority of its certificate. */
  readonly ca: string | undefined;
  /** Asked for only when it is needed. @throws Error there is none */
  readonly token: () => string;
  readonly hostname: string;
  readonly driver: EnrolRequest['driver'];
}

/**
 * Who this server is. The first time it makes its key and trades a one-time token for an identity; the key is on disk before the token is used, so a lost
 * reply or a crash only means asking again with the same key, which answers the same server.
 * @throws Error the token is refused; everything else is tried again until the signal is aborted
 */
export async function enrol(options: EnrolOptions, clock: Clock, log: Log, signal: AbortSignal): Promise<Required<Identity>> {
  const file = new IdentityFile(options.folder);
  let identity = file.read();
  if (identity?.enrolled) return { ...identity, enrolled: identity.enrolled };
  if (!identity) {
    identity = makeNodeKey();
    await file.write(identity);
  }
  const request: EnrolRequest = {
    token: options.token(),
    publicKey: identity.publicKey,
    hostname: options.hostname,
    driver: options.driver,
  };
  const url = new URL(enrolPath, options.url).href;
  for (let delayMs = 200; ; delayMs = Math.min(10_000, delayMs * 2)) {
    try {
      const reply = await postJson(url, request, { ca: options.ca, timeoutMs: 10_000, signal });
      if (reply.status === 200 || reply.status === 201) {
        const enrolled = EnrolReply.parse(reply.body);
        await file.write({ ...identity, enrolled });
        log.info({ server: enrolled.server, datacenter: enrolled.datacenter }, 'enrolled');
        return { ...identity, enrolled };
      }
      if (reply.status >= 400 && reply.status < 500 && reply.status !== 429) {
        throw new EnrolmentRefused(
          `adminapi refused the enrolment of ${options.hostname}: ${reply.status} ${JSON.stringify(reply.body).slice(0, 300)}`,
        );
      }
      log.warn({ status: reply.status }, 'enrolment is not possible yet');
    } catch (err) {
      if (err instanceof EnrolmentRefused || signal.aborted) throw err;
      log.warn({ err }, 'enrolment is not possible yet');
    }
    await clock.sleep(delayMs, signal);
  }
}

export class EnrolmentRefused extends Error {}
