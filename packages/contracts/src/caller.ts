import { z } from 'zod';
import { AccountId, OperatorId, RequestId, ServerId } from './ids';

/**
 * On whose behalf a call is made. Doors make it from the credentials; services pass it on unchanged, so that audit and
 * ownership checks see the person and not the service in between. Travels in the `nereid-caller` header of a bus message.
 */
export const Caller = z.discriminatedUnion('kind', [
  /** A customer, by a signed request. */
  z.object({
    kind: z.literal('account'),
    account: AccountId,
    login: z.string(),
    keyId: z.string(),
    ip: z.string().optional(),
    requestId: RequestId,
  }),
  /** An operator, by a session or on the command line of the installation. */
  z.object({ kind: z.literal('operator'), operator: OperatorId, login: z.string(), ip: z.string().optional(), requestId: RequestId }),
  /** A service acting on its own account: workflows, reconcilers, seeding. */
  z.object({ kind: z.literal('service'), service: z.string(), requestId: RequestId }),
  /** A node agent; `server` is taken from the subject its credentials let it publish on, never from a body. */
  z.object({ kind: z.literal('node'), server: ServerId, requestId: RequestId }),
]);
export type Caller = z.infer<typeof Caller>;

/** The account that a caller may act for; undefined for operators and services, who act for all. */
export function accountOf(caller: Caller): AccountId | undefined {
  return caller.kind === 'account' ? caller.account : undefined;
}
