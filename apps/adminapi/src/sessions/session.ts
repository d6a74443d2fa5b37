import type { OperatorId } from '@nereid/contracts';

/** An operator that is signed in. */
export interface Session {
  readonly id: string;
  readonly operator: OperatorId;
  readonly login: string;
  readonly totpEnabled: boolean;
  readonly createdAt: Date;
  /** When it was last used, to within a minute. */
  readonly usedAt: Date;
}

/** What may be said of where a session comes from; kept with it for whoever looks into misuse. */
export interface SessionOrigin {
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
}
