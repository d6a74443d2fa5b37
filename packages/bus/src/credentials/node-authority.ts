import { readFile } from 'node:fs/promises';
import { ServerId, ServiceError } from '@nereid/contracts';
import { SystemClock, type Clock } from '@nereid/ports';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { NodeAuthorityKeys, claimsLookupSubject, claimsUpdateSubject, mintNodeJwt, revokerName, seconds } from './bus-authority';
import { authenticatorOf } from './authenticator';
import { decodeClaims, encodeClaims, parseCreds, type Claims } from './claims';
import { NKey, isPublicKey } from './nkey';

interface BusAddress {
  readonly servers: readonly string[];
  readonly caFile?: string;
  readonly clock?: Clock;
}

const answerMs = 5_000;
/** Longer than another process needs between reading the claims and writing them back. */
const settleMs = 250;
const rounds = 20;

/** Lets nodes onto the bus and keeps them off it. */
export class NodeAuthority {
  private readonly clock: Clock;
  /** One change at a time: each reads the account's claims and writes them back. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly keys: NodeAuthorityKeys,
    private readonly bus: BusAddress,
  ) {
    this.clock = bus.clock ?? new SystemClock();
  }

  /** Reads the keys from the file that `nodeAuthorityFile` made. */
  static async fromFile(file: string, bus: BusAddress): Promise<NodeAuthority> {
    return new NodeAuthority(NodeAuthorityKeys.parse(JSON.parse(await readFile(file, 'utf8'))), bus);
  }

  /**
   * A user JWT for a node's public key, good for `node.v1.<server>.>` and `agent.v1.<server>.>` alone. Safe to repeat. A key that was
   * revoked is good again with a JWT minted later, from the next second on.
   * @throws InvalidArgument the key is not a user's public key
   */
  async mint(server: ServerId, publicKey: string): Promise<string> {
    if (!ServerId.safeParse(server).success) throw new ServiceError('InvalidArgument', 'The server is not named by a UUID.');
    return mintNodeJwt(this.keys, server, userKey(publicKey), this.clock);
  }

  /**
   * Keeps keys off the bus from now on: what was minted for them until this second is refused, connections they have are cut, and no
   * other connection notices. Kept by the servers' resolvers, so it holds after a restart too. Safe to repeat.
   *
   * Two processes that revoke at the same time may overwrite each other, so each looks a moment later whether its keys are still there, and repeats.
   * @throws ServiceUnavailable the bus could not be reached or did not take it
   */
  revoke(...publicKeys: readonly string[]): Promise<void> {
    const work = this.last.then(() => this.revokeNow(publicKeys.map(userKey)));
    this.last = work.catch(() => undefined);
    return work;
  }

  private async revokeNow(publicKeys: readonly string[]): Promise<void> {
    const connection = await this.connect();
    try {
      let wrote = false;
      for (let round = 1; round <= rounds; round++) {
        const claims = await this.lookUp(connection);
        if (wrote && publicKeys.every((key) => isRevoked(claims, key))) return;
        if (seconds(this.clock) <= claims.iat) {
          // Newer claims win, and newness counts in seconds. Waited for before reading, so that between reading and writing is no time.
          await this.clock.sleep(1_000 - (this.clock.nowMs() % 1_000));
          continue;
        }
        await this.replace(connection, claims, publicKeys);
        wrote = true;
        await this.clock.sleep(settleMs);
      }
      throw new ServiceError('ServiceUnavailable', 'The revocation was overwritten each time; try again.');
    } catch (thrown) {
      if (thrown instanceof ServiceError) throw thrown;
      throw new ServiceError('ServiceUnavailable', 'The bus did not take the revocation.', { cause: thrown });
    } finally {
      await connection.close();
    }
  }

  private async connect(): Promise<NatsConnection> {
    try {
      return await connect({
        servers: [...this.bus.servers],
        name: revokerName,
        authenticator: authenticatorOf(parseCreds(this.keys.systemCreds)),
        inboxPrefix: `_INBOX.svc.${revokerName}`,
        reconnect: false,
        timeout: answerMs,
        ...(this.bus.caFile !== undefined && { tls: { caFile: this.bus.caFile } }),
      });
    } catch (cause) {
      throw new ServiceError('ServiceUnavailable', 'The bus cannot be reached for a revocation.', { cause });
    }
  }

  private async lookUp(connection: NatsConnection): Promise<Claims> {
    const answer = await connection.request(claimsLookupSubject(this.keys.account), undefined, { timeout: answerMs });
    const jwt = answer.string();
    if (!jwt) throw new Error('the bus does not know our account');
    return decodeClaims(jwt);
  }

  /** Writes the claims back with more revocations, by a time stamp that is later than theirs: the newer claims win everywhere. */
  private async replace(connection: NatsConnection, claims: Claims, publicKeys: readonly string[]): Promise<void> {
    const now = seconds(this.clock);
    const revocations = { ...revocationsOf(claims) };
    for (const key of publicKeys) revocations[key] = Math.max(revocations[key] ?? 0, now);
    const about = { name: claims.name, sub: this.keys.account, nats: { ...claims.nats, revocations } };
    const jwt = encodeClaims('account', about, NKey.fromSeed(this.keys.operatorSigningSeed), now);
    const answer = (await connection.request(claimsUpdateSubject, jwt, { timeout: answerMs })).json<{ error?: { description?: string } }>();
    if (answer.error) throw new Error(`the bus refused the account's new claims: ${answer.error.description ?? 'no reason given'}`);
  }
}

function revocationsOf(claims: Claims): Record<string, number> {
  return (claims.nats.revocations as Record<string, number> | undefined) ?? {};
}

function isRevoked(claims: Claims, publicKey: string): boolean {
  return revocationsOf(claims)[publicKey] !== undefined;
}

function userKey(publicKey: string): string {
  if (isPublicKey(publicKey, 'user')) return publicKey;
  throw new ServiceError('InvalidArgument', 'The public key is not a user key of the bus.');
}
