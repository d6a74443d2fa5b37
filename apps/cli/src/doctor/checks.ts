import { connect as tlsConnect } from 'node:tls';
import { SignedConnection } from '@nereid/client/signed-connection';
import { CliError } from '../cli-error';
import { Cloud } from '../cloud/cloud';
import { routes } from '../cloud/routes.at-build';
import type { Profile } from '../config/profile';
import type { Context } from '../context';
import { findKey } from '../keys/key-ring';
import { duration } from '../output/durations';

/** What a check found: what is so, or what is wrong and what to do. */
export interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly text: string;
  readonly next?: readonly string[];
}

/** The door refuses requests whose clock is further off. */
const mostSkewMs = 300_000;

/** Checks in the order in which they depend on each other; after one that fails, those that need it are left out. */
export async function* checks(context: Context): AsyncGenerator<Finding> {
  let profile: Profile;
  try {
    profile = context.profile();
    yield ok(
      'profile',
      `${profile.name}: ${profile.account} at ${profile.url}, from ${profile.name === 'env' ? 'the environment' : context.config.path}`,
    );
  } catch (error) {
    return yield failed('profile', error, ['make one: nereid profile create', 'or choose one: nereid profile set-current NAME']);
  }
  const url = URL.canParse(profile.url) ? new URL(profile.url) : undefined;
  if (url?.protocol !== 'https:') {
    return yield failed('address', new Error(`${profile.url} is no https address`), [
      `correct it: ${context.config.profilesFolder}/${profile.name}.json`,
    ]);
  }
  yield* await door(context, profile, url);
  yield* await key(context, profile);
}

async function door(context: Context, profile: Profile, url: URL): Promise<Finding[]> {
  const certificate = await certificateOf(url, context.authority().ca).catch((error: Error) => error);
  if (certificate instanceof Error) {
    const { code } = certificate as NodeJS.ErrnoException;
    const next = {
      ENOTFOUND: `no such host: is the URL right? nereid profile get`,
      ECONNREFUSED: `nothing listens there: is the cloud up, and the port right?`,
    }[code ?? ''];
    return [failed('address', certificate, [next ?? `the way to ${url.host} is blocked, or the cloud is down`])];
  }
  const found: Finding[] = [ok('address', `${url.host} answers`), certificateFinding(certificate, profile, context.clock.nowMs())];
  if (found[1]!.state === 'failed') return found;
  const connection = new SignedConnection({
    url: profile.url,
    sign: (request) => ({ ...request.headers }), // asked without a signature
    clock: context.clock,
    ...context.authority(),
    isInsecure: profile.insecure === true,
  });
  try {
    const { body, headers } = await new Cloud({ ...profile, roles: [] }, connection).call(routes.ping);
    found.push(ok('API', `versions ${body.cloudapi.versions.join(', ')}`), clockFinding(String(headers['date']), context.clock.nowMs()));
  } catch (error) {
    found.push(failed('API', error, [`${url.host} is not a CloudAPI: is the URL right?`]));
  } finally {
    connection.close();
  }
  return found;
}

interface Certificate {
  /** Undefined: it is trusted. */
  readonly objection: string | undefined;
  readonly validUntilMs: number;
}

function certificateOf(url: URL, ca: string | undefined): Promise<Certificate> {
  return new Promise((resolve, reject) => {
    const port = Number(url.port || 443);
    const socket = tlsConnect({
      host: url.hostname,
      port,
      servername: isNaN(Number(url.hostname[0])) ? url.hostname : '',
      ca,
      rejectUnauthorized: false,
    });
    socket.setTimeout(10_000, () => socket.destroy(new Error(`${url.host} does not answer within 10 s`)));
    socket.on('error', reject);
    socket.on('secureConnect', () => {
      // Node's types say Error; it is a code.
      const objection = socket.authorized ? undefined : String(socket.authorizationError);
      resolve({ objection, validUntilMs: Date.parse(socket.getPeerCertificate().valid_to) });
      socket.destroy();
    });
  });
}

/** What is to be said of a certificate. */
export function certificateFinding(
  { objection, validUntilMs }: Certificate,
  { insecure }: Pick<Profile, 'insecure'>,
  nowMs: number,
): Finding {
  const left = duration(Math.max(0, validUntilMs - nowMs));
  if (objection === undefined) return ok('certificate', `trusted, for another ${left}`);
  if (insecure)
    return {
      check: 'certificate',
      state: 'warning',
      text: `not trusted (${objection}), and taken all the same: anybody could be in between`,
      next: ['name its authority instead: NEREID_CA_FILE=ca.pem'],
    };
  const next =
    objection === 'CERT_HAS_EXPIRED'
      ? ['its operators must renew it']
      : ['name its authority: NEREID_CA_FILE=ca.pem', 'or take any, without protection: nereid -i …'];
  return failed('certificate', new Error(`not trusted: ${objection}`), next);
}

/** What is to be said of our clock, by the door's Date header. */
export function clockFinding(date: string, nowMs: number): Finding {
  const offMs = nowMs - Date.parse(date);
  if (Number.isNaN(offMs)) return { check: 'clock', state: 'warning', text: 'the door says no time' };
  const text = `${duration(Math.abs(offMs))} ${offMs < 0 ? 'behind' : 'ahead of'} the door's`;
  const next = ['set the clock: timedatectl set-ntp true'];
  if (Math.abs(offMs) > mostSkewMs) return failed('clock', new Error(`${text}; signatures are refused beyond 5m`), next);
  // The header has whole seconds.
  if (Math.abs(offMs) > 60_000) return { check: 'clock', state: 'warning', text, next };
  return ok('clock', Math.abs(offMs) < 2000 ? 'right' : text);
}

async function key(context: Context, profile: Profile): Promise<Finding[]> {
  const found: Finding[] = [];
  try {
    const at = await findKey(profile.keyId, context.keyPlaces);
    found.push(ok('key', `${profile.keyId} in ${at.place === 'agent' ? 'the SSH agent' : at.file}`));
  } catch (error) {
    const next = error instanceof CliError ? (error.detail.next ?? []) : [];
    return [failed('key', error, [...next, 'add it to the agent: ssh-add FILE', 'or name another: nereid -k FINGERPRINT …'])];
  }
  try {
    const { body } = await (await context.cloud()).call(routes.getAccount);
    found.push(ok('account', `signed in as ${body.login} (${body.email})`));
  } catch (error) {
    const isUnknown = error instanceof CliError && error.code === 'InvalidCredentials';
    const next = isUnknown
      ? [
          `is the login "${profile.account}" right, and does that account have this key?`,
          'an operator, or another key of the account, can add it: nereid key add FILE.pub',
        ]
      : ['the checks above say why'];
    found.push(failed('account', error, next));
  }
  return found;
}

function ok(check: string, text: string): Finding {
  return { check, state: 'ok', text };
}

function failed(check: string, error: unknown, next: readonly string[]): Finding {
  return { check, state: 'failed', text: (error as Error).message, next };
}
