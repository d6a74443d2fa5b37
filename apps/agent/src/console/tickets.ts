import { createHash, timingSafeEqual } from 'node:crypto';
import { ConsoleToken, ServiceError, tokenLifeMs, type Caller, type ConsoleWish, type VmId } from '@nereid/contracts';
import type { Clock, Ids, Random } from '@nereid/ports';

/** A session that waits for its client. */
export interface Ticket {
  readonly session: string;
  readonly vm: VmId;
  readonly wish: ConsoleWish;
}

interface Kept extends Ticket {
  readonly secretHash: Buffer;
  readonly holder: string;
  readonly forget: () => void;
}

/** Tokens of sessions: each works once, within a minute, for the one it was made for. Only a digest of it is kept. */
export class Tickets {
  private readonly kept = new Map<string, Kept>();

  constructor(
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly random: Random,
  ) {}

  /** How many wait, of one instance or of all. */
  count(vm?: VmId): number {
    return vm === undefined ? this.kept.size : [...this.kept.values()].filter((ticket) => ticket.vm === vm).length;
  }

  issue(vm: VmId, wish: ConsoleWish, caller: Caller): { session: string; token: ConsoleToken; expiresInMs: number } {
    const session = this.ids.random();
    const secret = this.random.bytes(32).toString('base64url');
    const forget = this.clock.after(tokenLifeMs, () => this.kept.delete(session));
    this.kept.set(session, { session, vm, wish, secretHash: digest(secret), holder: holderOf(caller), forget });
    return { session, token: ConsoleToken.parse(`${session}.${secret}`), expiresInMs: tokenLifeMs };
  }

  /** Takes the ticket; a wrong token leaves it to whom it belongs. @throws InvalidCredentials whatever is wrong with it */
  redeem(vm: VmId, token: ConsoleToken, caller: Caller): Ticket {
    const [session, secret] = token.split('.') as [string, string];
    const ticket = this.kept.get(session);
    if (!ticket || !timingSafeEqual(ticket.secretHash, digest(secret)) || ticket.vm !== vm || ticket.holder !== holderOf(caller)) {
      throw new ServiceError('InvalidCredentials', 'The token of the session is not valid: it works once, within a minute. Open another.');
    }
    this.kept.delete(session);
    ticket.forget();
    return ticket;
  }

  clear(): void {
    for (const ticket of this.kept.values()) ticket.forget();
    this.kept.clear();
  }
}

function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function holderOf(caller: Caller): string {
  if (caller.kind === 'account') return `account ${caller.account}`;
  if (caller.kind === 'operator') return `operator ${caller.operator}`;
  return caller.kind === 'service' ? `service ${caller.service}` : `node ${caller.server}`;
}
