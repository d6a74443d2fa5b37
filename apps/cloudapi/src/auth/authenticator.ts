import { RequestId, ServiceError, type AccountId } from '@nereid/contracts';
import { KeyObjects, SignatureError, parseSignedRequest, signatureMatches, type SignedRequest } from '@nereid/http-signature';
import { type Clock } from '@nereid/ports';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { CloudapiConfig } from '../config';
import type { Signed } from '../http/call';
import { CLOCK, CONFIG } from '@nereid/platform';
import { KnownKeys } from './known-keys';
import { TokenBuckets } from './token-buckets';

/** One text for an unknown account, an unknown key and a wrong signature, so that nobody can find out which logins exist. */
const wrong = 'The signature is not right: check the login, the key and that the key belongs to the account.';

/** Finds out who signed a request. */
@Injectable()
export class Authenticator {
  private readonly keyObjects = new KeyObjects();
  private readonly requests: TokenBuckets;
  private readonly failures: TokenBuckets;

  constructor(
    private readonly known: KnownKeys,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) config: CloudapiConfig,
  ) {
    this.requests = new TokenBuckets(config.requestRate, clock);
    this.failures = new TokenBuckets(config.failedSignatureRate, clock);
  }

  /**
   * The account that signed.
   * @throws InvalidCredentials, InvalidHeader, RequestExpired the signature's form or truth @throws NotAuthorized the account is disabled
   * @throws TooManyRequests of this account, or failed ones of this address
   */
  async authenticate(request: FastifyRequest): Promise<Signed> {
    const waitSeconds = this.failures.waitSeconds(request.ip);
    if (waitSeconds > 0) throw tooMany(waitSeconds);
    try {
      const signature = this.read(request);
      const { account, key } = await this.resolve(signature);
      if (!signatureMatches(signature, key, this.keyObjects.get({ openssh: key.publicKey, sha256: key.sha256Fingerprint }))) {
        throw new ServiceError('InvalidCredentials', wrong);
      }
      if (account.disabled) throw new ServiceError('NotAuthorized', 'The account is disabled; ask your operator.');
      if (!this.takeRequest(account.id)) throw tooMany(this.requests.waitSeconds(account.id));
      const requestId = RequestId.parse(request.cloud.requestId);
      const caller = {
        kind: 'account',
        account: account.id,
        login: account.login,
        keyId: signature.keyId,
        ip: request.ip,
        requestId,
      } as const;
      return { account, caller, signature };
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'InvalidCredentials') this.failures.take(request.ip);
      throw error;
    }
  }

  /** Counts a request of the account; false when there were too many. */
  takeRequest(account: AccountId): boolean {
    return this.requests.take(account);
  }

  /** Whether who signed then might sign now: for connections that stay open. @throws ServiceError nobody can say */
  async mayStay({ account, signature }: Signed): Promise<boolean> {
    try {
      const now = await this.resolve(signature);
      return now.account.id === account.id && !now.account.disabled;
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'InvalidCredentials') return false;
      throw error;
    }
  }

  private read(request: FastifyRequest): SignedRequest {
    try {
      // raw.url, not what the router made of it: the client signed the target as it sent it
      return parseSignedRequest(
        { method: request.method, url: request.raw.url ?? '/', headers: request.headers, httpVersion: request.raw.httpVersion },
        this.clock.nowMs(),
      );
    } catch (error) {
      if (error instanceof SignatureError) throw new ServiceError(error.code, error.message);
      throw error;
    }
  }

  private async resolve({ signer }: SignedRequest): Promise<Awaited<ReturnType<KnownKeys['resolve']>>> {
    if (signer.user !== undefined) throw new ServiceError('InvalidCredentials', wrong); // there are no sub-users yet
    try {
      return await this.known.resolve(signer.account, signer.key.value);
    } catch (error) {
      if (error instanceof ServiceError && (error.code === 'InvalidCredentials' || error.code === 'ResourceNotFound')) {
        throw new ServiceError('InvalidCredentials', wrong);
      }
      throw error;
    }
  }
}

function tooMany(waitSeconds: number): ServiceError {
  return new ServiceError('TooManyRequests', `Too many requests; wait ${waitSeconds} s.`, { context: { retryAfterSeconds: waitSeconds } });
}
