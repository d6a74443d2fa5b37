import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { ServiceError, type Caller, type Server, type ServerId } from '@nereid/contracts';
import type { Ids, Random } from '@nereid/ports';
import { PictureKeeper } from '../capacity/picture.keeper';
import { IDS, RANDOM } from '@nereid/platform';
import { BUS_SERVERS_FOR_NODES, NODE_CREDENTIALS } from '../tokens';
import { EnrolmentRepository } from './enrolment.repository';
import type { NodeCredentials } from './node-credentials';

/** How servers come to be part of the cloud, and how they are shut out. */
@Injectable()
export class EnrolmentService {
  constructor(
    private readonly enrolments: EnrolmentRepository,
    private readonly keeper: PictureKeeper,
    @Inject(NODE_CREDENTIALS) private readonly credentials: NodeCredentials,
    @Inject(BUS_SERVERS_FOR_NODES) private readonly busServers: readonly string[],
    @Inject(IDS) private readonly ids: Ids,
    @Inject(RANDOM) private readonly random: Random,
  ) {}

  /** Makes a one-time token; it is shown once and only its digest kept. @throws NotAuthorized */
  async createToken(validForMs: number, server: ServerId | undefined, caller: Caller): Promise<{ token: string; expiresAt: string }> {
    operatorsOnly(caller);
    const token = this.random.bytes(32).toString('base64url');
    const id = server ?? (this.ids.random() as ServerId);
    const expiresAt = await this.enrolments.insertToken(digest(token), id, validForMs, caller);
    return { token, expiresAt: expiresAt.toISOString() };
  }

  /**
   * Turns a token into a server with bus credentials. The same token and key answer the same server. A server that enrols again with
   * another key loses the one it had.
   * @throws InvalidCredentials
   */
  async enrol(
    want: { token: string; publicKey: string; hostname: string; driver: Server['driver'] },
    caller: Caller,
  ): Promise<{ server: ServerId; userJwt: string; busServers: string[] }> {
    const used = await this.enrolments.use(digest(want.token), want, caller);
    if (!used) throw new ServiceError('InvalidCredentials', 'the enrolment token is unknown, expired, or was used with another key');
    // Again when the enrolment is repeated: the one before may have ended between the commit and this.
    for (const key of used.replaced) await this.credentials.revoke(key);
    await this.keeper.refreshOne(used.server);
    return { server: used.server, userJwt: await this.credentials.mint(used.server, want.publicKey), busServers: [...this.busServers] };
  }

  /** Shuts a server out of the bus; that node alone is dropped. Answers whether there is such a server. Safe to repeat. */
  async revoke(server: ServerId, caller: Caller): Promise<boolean> {
    operatorsOnly(caller);
    // First the row: a server whose revocation did not reach the bus is no place for instances either, and the call can be repeated.
    const row = await this.enrolments.revoke(server, caller);
    if (!row) return false;
    await this.keeper.refreshOne(server);
    await this.credentials.revoke(row.public_key);
    return true;
  }
}

function operatorsOnly(caller: Caller): void {
  if (caller.kind !== 'operator' && caller.kind !== 'service') throw new ServiceError('NotAuthorized', 'only operators may enrol servers');
}

function digest(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
