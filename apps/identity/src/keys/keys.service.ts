import { ServiceError, accountHint, type Account, type AccountId, type Caller, type SshKey } from '@nereid/contracts';
import { Bus } from '@nereid/bus';
import { SshKeyError, parseSshPublicKey } from '@nereid/http-signature';
import { Injectable } from '@nestjs/common';
import { mustBeOwner } from '../who-may';
import { KeysRepository } from './keys.repository';

@Injectable()
export class KeysService {
  constructor(
    private readonly keys: KeysRepository,
    private readonly bus: Bus,
  ) {}

  list(caller: Caller, account: AccountId): Promise<SshKey[]> {
    mustBeOwner(caller, account);
    return this.keys.list(account);
  }

  get(caller: Caller, account: AccountId, key: string): Promise<SshKey> {
    mustBeOwner(caller, account);
    return this.keys.get(account, key);
  }

  /**
   * Adds a key; without a name, its MD5 fingerprint is the name.
   * @throws InvalidArgument the text is no public key that can sign requests @throws InUse
   */
  async create(caller: Caller, want: { account: AccountId; name?: string | undefined; publicKey: string }): Promise<SshKey> {
    mustBeOwner(caller, want.account);
    const parsed = parseOrRefuse(want.publicKey);
    const { key, isNew } = await this.keys.insert(
      {
        account: want.account,
        name: want.name ?? parsed.md5,
        publicKey: parsed.openssh,
        type: parsed.type,
        fingerprint: parsed.md5,
        sha256Fingerprint: parsed.sha256,
      },
      caller,
    );
    if (isNew) this.bus.hint(accountHint, { account: want.account });
    return key;
  }

  async delete(caller: Caller, account: AccountId, key: string): Promise<void> {
    mustBeOwner(caller, account);
    await this.keys.delete(account, key, caller);
    this.bus.hint(accountHint, { account });
  }

  /** Whose key this is. One answer for an unknown account and an unknown key, so that nothing can be probed. @throws InvalidCredentials */
  async resolve(caller: Caller, login: string, key: string): Promise<{ account: Account; key: SshKey }> {
    if (caller.kind !== 'service') throw new ServiceError('NotAuthorized', 'Only services may ask whose key it is.');
    const found = await this.keys.resolve(login, key);
    if (!found) throw new ServiceError('InvalidCredentials', 'The signature is not right.');
    return found;
  }
}

function parseOrRefuse(publicKey: string): ReturnType<typeof parseSshPublicKey> {
  try {
    return parseSshPublicKey(publicKey);
  } catch (error) {
    if (!(error instanceof SshKeyError)) throw error;
    throw new ServiceError('InvalidArgument', error.message, { errors: [{ field: 'key', code: 'Invalid', message: error.message }] });
  }
}
