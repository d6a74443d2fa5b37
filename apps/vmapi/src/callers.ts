import { type AccountId, accountOf, type Caller, ServiceError } from '@nereid/contracts';

/** The account to act for: the caller's own for a customer, whatever was asked for everybody else; undefined is all. */
export function ownAccountOnly(caller: Caller, asked: AccountId | undefined): AccountId | undefined {
  const own = accountOf(caller);
  // Another account's objects do not exist for a customer, so asking for them is asking for nothing of one's own.
  if (own !== undefined && asked !== undefined && asked !== own) throw new ServiceError('ResourceNotFound', 'not found');
  return own ?? asked;
}

/** @throws NotAuthorized a customer asks for what operators and services do */
export function mustNotBeCustomer(caller: Caller, why: string): void {
  if (caller.kind === 'account' || caller.kind === 'node') throw new ServiceError('NotAuthorized', why);
}

/** Who did it, as the audit keeps it and CloudAPI shows it. */
export function auditCaller(caller: Caller): Record<string, unknown> {
  switch (caller.kind) {
    case 'account':
      return {
        kind: caller.kind,
        account: caller.account,
        login: caller.login,
        keyId: caller.keyId,
        ...(caller.ip && { ip: caller.ip }),
        requestId: caller.requestId,
      };
    case 'operator':
      return {
        kind: caller.kind,
        operator: caller.operator,
        login: caller.login,
        ...(caller.ip && { ip: caller.ip }),
        requestId: caller.requestId,
      };
    default:
      return { ...caller };
  }
}
