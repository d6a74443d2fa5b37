import { createHash, createHmac } from 'node:crypto';
import { Bus } from '@nereid/bus';
import {
  OperatorId,
  beginOperatorTotp,
  confirmOperatorTotp,
  removeOperatorTotp,
  verifyOperator,
  type Caller,
  type Operator,
  type adminapi,
} from '@nereid/contracts';
import { CONFIG, IDS, RANDOM } from '@nereid/platform';
import type { Ids, Random } from '@nereid/ports';
import { Inject, Injectable } from '@nestjs/common';
import type { AdminapiConfig } from '../config';
import type { OperatorCaller } from '../http/call';
import type { Session, SessionOrigin } from './session';
import { SessionsRepository, type SessionLimits } from './sessions.repository';
import { SignInLimits } from './sign-in-limits';

/** Signs operators in and out. Passwords and second factors are identity's to check. */
@Injectable()
export class SessionsService {
  readonly limits: SessionLimits;
  private readonly endListeners: ((ids: readonly string[]) => void)[] = [];

  constructor(
    private readonly bus: Bus,
    private readonly rows: SessionsRepository,
    private readonly signIns: SignInLimits,
    @Inject(IDS) private readonly ids: Ids,
    @Inject(RANDOM) private readonly random: Random,
    @Inject(CONFIG) private readonly config: AdminapiConfig,
  ) {
    this.limits = { idleMs: config.sessions.idleMinutes * 60_000, absoluteMs: config.sessions.absoluteHours * 3_600_000 };
  }

  /** Begins a session. @throws InvalidCredentials @throws TooManyRequests */
  async begin(
    tried: { login: string; password: string; totp?: string | undefined },
    origin: SessionOrigin,
    requestId: Caller['requestId'],
  ): Promise<{ token: string; session: Session }> {
    this.signIns.mustAllow(origin.ip, tried.login);
    const service: Caller = { kind: 'service', service: 'adminapi', requestId };
    const operator = await this.bus.call(verifyOperator, tried, service);
    const token = this.random.bytes(32).toString('base64url');
    const caller: Caller = { kind: 'operator', operator: operator.id, login: operator.login, ip: origin.ip, requestId };
    const session = await this.rows.insert(this.ids.random(), digest(token), operator, origin, caller);
    await this.rows.prune(this.limits);
    return { token, session };
  }

  /** Who a token belongs to, and that it is in use; undefined when it belongs to nobody any more. */
  async find(token: string | undefined): Promise<Session | undefined> {
    const session = token === undefined ? undefined : await this.peek(token);
    if (!session) return undefined;
    return { ...session, usedAt: (await this.rows.touch(session.id)) ?? session.usedAt };
  }

  /** As `find`, without counting as use. */
  peek(token: string): Promise<Session | undefined> {
    return this.rows.find(digest(token), this.limits);
  }

  async end(session: Session, caller: OperatorCaller): Promise<void> {
    await this.rows.end(session.id, caller);
    this.tellEnd([session.id]);
  }

  /** Ends the sessions of an operator that began before a moment. Safe to repeat. */
  async endBefore(operator: OperatorId, at: Date): Promise<void> {
    this.tellEnd(await this.rows.endBefore(operator, at));
  }

  /** Who is signed in anywhere. */
  operators(): Promise<OperatorId[]> {
    return this.rows.operators(this.limits);
  }

  /** Which of these sessions live. */
  living(ids: readonly string[]): Promise<Set<string>> {
    return this.rows.living(ids, this.limits);
  }

  /** Counts as use of a session that was not asked for by its token. */
  async touch(id: string): Promise<void> {
    await this.rows.touch(id);
  }

  /** Calls with the ids of sessions that this process ended. Those that end otherwise are found by {@link living}. */
  onEnd(listener: (ids: readonly string[]) => void): void {
    this.endListeners.push(listener);
  }

  private tellEnd(ids: readonly string[]): void {
    for (const listener of this.endListeners) listener(ids);
  }

  /** @throws Conflict a second factor is on */
  async beginTotp(caller: OperatorCaller): Promise<{ secret: string; otpauth_url: string }> {
    const { secret } = await this.bus.call(beginOperatorTotp, {}, caller);
    const label = `${encodeURIComponent(this.config.datacenter)}:${encodeURIComponent(caller.login)}`;
    return { secret, otpauth_url: `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(this.config.datacenter)}` };
  }

  /** Turns the second factor on. @throws InvalidArgument the code is wrong @throws Conflict none was begun */
  async verifyTotp(session: Session, caller: OperatorCaller, code: string): Promise<Session> {
    return this.withTotp(session, await this.bus.call(confirmOperatorTotp, { code }, caller));
  }

  /** Turns it off. @throws InvalidArgument the code is wrong @throws Conflict it is off */
  async removeTotp(session: Session, caller: OperatorCaller, code: string): Promise<Session> {
    return this.withTotp(session, await this.bus.call(removeOperatorTotp, { code }, caller));
  }

  private async withTotp(session: Session, { totpEnabled }: Operator): Promise<Session> {
    await this.rows.setTotp(OperatorId.parse(session.operator), totpEnabled);
    return { ...session, totpEnabled };
  }

  /** Follows from the session's token, so nothing of it is kept; whoever has it alone cannot sign in. */
  csrfToken(token: string): string {
    return createHmac('sha256', token).update('csrf').digest('base64url');
  }

  /** A session as its operator sees it. */
  show(session: Session, token: string): adminapi.SessionObject {
    const endsAt = session.createdAt.getTime() + this.limits.absoluteMs;
    return {
      operator: { uuid: session.operator, login: session.login, totp_enabled: session.totpEnabled },
      csrf_token: this.csrfToken(token),
      datacenter: this.config.datacenter,
      created_at: session.createdAt.toISOString(),
      idle_expires_at: new Date(Math.min(endsAt, session.usedAt.getTime() + this.limits.idleMs)).toISOString(),
      expires_at: new Date(endsAt).toISOString(),
    };
  }
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
