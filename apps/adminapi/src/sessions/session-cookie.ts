import { adminapi } from '@nereid/contracts';
import { CONFIG } from '@nereid/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { AdminapiConfig } from '../config';

/** The cookie that holds a session's token. Over TLS its name makes browsers refuse it from any other host or path. */
@Injectable()
export class SessionCookie {
  private readonly name: string;
  private readonly attributes: string;

  constructor(@Inject(CONFIG) config: Pick<AdminapiConfig, 'http'>) {
    const hasTls = config.http.tls !== undefined;
    this.name = hasTls ? `__Host-${adminapi.sessionCookie}` : adminapi.sessionCookie;
    this.attributes = `; Path=/; HttpOnly; SameSite=Strict${hasTls ? '; Secure' : ''}`;
  }

  /** The token of a request's Cookie header; undefined when it has none, or none that could be ours. */
  read(header: string | undefined): string | undefined {
    const values = (header ?? '').split(';').map((pair) => pair.trim().split('='));
    const value = values.find(([name]) => name === this.name)?.[1];
    return value !== undefined && /^[A-Za-z0-9_-]{43}$/.test(value) ? value : undefined;
  }

  /** A Set-Cookie header. It lives as long as the browser does; the server decides when the session ends. */
  set(token: string): string {
    return `${this.name}=${token}${this.attributes}`;
  }

  clear(): string {
    return `${this.name}=${this.attributes}; Max-Age=0`;
  }
}
