import { ServiceError, accountOf, type AccountId, type Caller } from '@nereid/contracts';

/** Customers reach their own account only; another's does not exist for them. @throws ResourceNotFound */
export function mustBeOwner(caller: Caller, account: AccountId): void {
  const own = accountOf(caller);
  if (caller.kind === 'node' || (own !== undefined && own !== account)) {
    throw new ServiceError('ResourceNotFound', 'There is no such account.');
  }
}

/** @throws NotAuthorized the caller is neither an operator nor a service */
export function mustBeOperator(caller: Caller): void {
  if (caller.kind === 'operator' || caller.kind === 'service') return;
  throw new ServiceError('NotAuthorized', 'Only operators may do this.');
}
