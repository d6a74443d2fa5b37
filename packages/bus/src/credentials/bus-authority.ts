import { SystemClock, type Clock } from '@nereid/ports';
import { z } from 'zod';
import type { BusPermissions } from '../permissions';
import { credsText, encodeClaims, type Permissions } from './claims';
import { NKey } from './nkey';

/**
 * Every key of an installation's bus: who holds this decides who may do what. Made once, kept in one file that only the operator
 * of the installation reads (0600); services get {@link mintServiceCreds}, cnapi besides {@link nodeAuthorityFile}.
 */
export interface BusAuthority {
  readonly operatorSeed: string;
  /** Signs accounts in the operator's name, so that cnapi needs not hold the operator's own key. */
  readonly operatorSigningSeed: string;
  readonly operatorJwt: string;
  /** Public key of the account that the server speaks of itself in. */
  readonly systemAccount: string;
  readonly systemAccountSeed: string;
  readonly systemAccountJwt: string;
  /** Public key of the account in which services and nodes meet. */
  readonly account: string;
  readonly accountSeed: string;
  /** As first made. Revocations live in the server's resolver, whose copy is newer and wins. */
  readonly accountJwt: string;
  /** Signs nodes' credentials; whatever it signs is limited to the node's own subjects by the server. */
  readonly nodeSigningSeed: string;
}

/** What cnapi needs to let nodes in and keep them out; a secret like any key. */
export const NodeAuthorityKeys = z.object({
  account: z.string(),
  nodeSigningSeed: z.string(),
  operatorSigningSeed: z.string(),
  /** Credentials in the system account, good for reading and replacing this account's claims and nothing else. */
  systemCreds: z.string(),
});
export type NodeAuthorityKeys = z.infer<typeof NodeAuthorityKeys>;

/** A limit that is left out means 0, so all are named. */
const unlimitedAccount = {
  subs: -1,
  data: -1,
  payload: -1,
  imports: -1,
  exports: -1,
  wildcards: true,
  conn: -1,
  leaf: -1,
};

const unlimitedUser = { subs: -1, data: -1, payload: -1 };
/** A request may be answered once, within a minute. */
const oneReply = { max: 1, ttl: 60_000_000_000 };

/** The name under which the system account's user connects. */
export const revokerName = 'revoker';

/** New keys for a new installation. */
export function createBusAuthority(clock: Clock = new SystemClock()): BusAuthority {
  const [operator, operatorSigning] = [NKey.generate('operator'), NKey.generate('operator')];
  const [system, account, nodeSigning] = [NKey.generate('account'), NKey.generate('account'), NKey.generate('account')];
  const now = seconds(clock);
  const accountJwt = (name: string, key: NKey, more: Record<string, unknown> = {}): string =>
    encodeClaims('account', { name, sub: key.publicKey, nats: { limits: unlimitedAccount, ...more } }, operatorSigning, now);
  const operatorClaims = { signing_keys: [operatorSigning.publicKey], system_account: system.publicKey };
  return {
    operatorSeed: operator.seed,
    operatorSigningSeed: operatorSigning.seed,
    operatorJwt: encodeClaims('operator', { name: 'nereid', sub: operator.publicKey, nats: operatorClaims }, operator, now),
    systemAccount: system.publicKey,
    systemAccountSeed: system.seed,
    systemAccountJwt: accountJwt('SYS', system),
    account: account.publicKey,
    accountSeed: account.seed,
    accountJwt: accountJwt('NEREID', account, { signing_keys: [nodeScope(nodeSigning.publicKey)] }),
    nodeSigningSeed: nodeSigning.seed,
  };
}

/** The server fills in the name of the user, which is the node's UUID: a signature of this key cannot give more than this. */
function nodeScope(key: string): Record<string, unknown> {
  const template: Permissions & Record<string, unknown> = {
    pub: { allow: ['node.v1.{{name()}}.>'] },
    sub: { allow: ['agent.v1.{{name()}}.>', '_INBOX.node.{{name()}}.>'] },
    resp: oneReply,
    ...unlimitedUser,
    subs: 1_000,
  };
  return { kind: 'user_scope', key, role: 'node', template };
}

/** Credentials (the text of a creds file) for the service `name`, good for `permissions` and nothing else. New keys at each call. */
export function mintServiceCreds(
  authority: BusAuthority,
  name: string,
  permissions: BusPermissions,
  clock: Clock = new SystemClock(),
): string {
  return mintCreds(name, NKey.fromSeed(authority.accountSeed), permissions, clock);
}

/** The keys for cnapi, as the JSON text of its file. */
export function nodeAuthorityFile(authority: BusAuthority, clock: Clock = new SystemClock()): string {
  const permissions = {
    publish: [claimsUpdateSubject, claimsLookupSubject(authority.account)],
    subscribe: [`_INBOX.svc.${revokerName}.>`],
  };
  const systemCreds = mintCreds(revokerName, NKey.fromSeed(authority.systemAccountSeed), permissions, clock);
  const { account, nodeSigningSeed, operatorSigningSeed } = authority;
  return `${JSON.stringify({ account, nodeSigningSeed, operatorSigningSeed, systemCreds } satisfies NodeAuthorityKeys, null, 2)}\n`;
}

/** A user JWT for the key that a node made itself. */
export function mintNodeJwt(keys: NodeAuthorityKeys, server: string, publicKey: string, clock: Clock): string {
  // The scope is all its permissions: a scoped user that brings any of its own is refused by the server.
  const nats = { issuer_account: keys.account };
  return encodeClaims('user', { name: server, sub: publicKey, nats }, NKey.fromSeed(keys.nodeSigningSeed), seconds(clock));
}

export const claimsUpdateSubject = '$SYS.REQ.CLAIMS.UPDATE';
export function claimsLookupSubject(account: string): string {
  return `$SYS.REQ.ACCOUNT.${account}.CLAIMS.LOOKUP`;
}

function mintCreds(name: string, account: NKey, permissions: BusPermissions, clock: Clock): string {
  const user = NKey.generate('user');
  const nats = { pub: only(permissions.publish), sub: only(permissions.subscribe), resp: oneReply, ...unlimitedUser };
  return credsText(encodeClaims('user', { name, sub: user.publicKey, nats }, account, seconds(clock)), user.seed);
}

/** An empty list of allowed subjects would mean all of them. */
function only(allow: readonly string[]): { allow: string[]; deny: string[] } {
  return allow.length > 0 ? { allow: [...allow], deny: [] } : { allow: [], deny: ['>'] };
}

export function seconds(clock: Clock): number {
  return Math.floor(clock.nowMs() / 1_000);
}
