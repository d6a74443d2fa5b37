import { CLOCK, CONFIG, RateLimit } from '@nereid/platform';
import type { Clock } from '@nereid/ports';
import { Inject, Injectable } from '@nestjs/common';
import type { AdminapiConfig } from '../config';

/** Attempts to sign in: by address against whoever guesses logins, by login against whoever guesses from many addresses. */
@Injectable()
export class SignInLimits {
  private readonly byAddress: RateLimit;
  private readonly byLogin: RateLimit;

  constructor(@Inject(CLOCK) clock: Clock, @Inject(CONFIG) config: Pick<AdminapiConfig, 'signIn'>) {
    this.byAddress = new RateLimit(clock, config.signIn.byAddress);
    this.byLogin = new RateLimit(clock, config.signIn.byLogin);
  }

  /** @throws TooManyRequests with `context.retryAfterMs` */
  mustAllow(address: string | undefined, login: string): void {
    this.byAddress.mustAllow(address ?? 'unknown');
    this.byLogin.mustAllow(login.toLowerCase());
  }
}
