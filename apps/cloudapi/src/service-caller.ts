import { RequestId, type Caller } from '@nereid/contracts';
import type { Ids } from '@nereid/ports';

/** This service asking for itself, not for a customer. */
export function serviceCaller(ids: Ids): Caller {
  return { kind: 'service', service: 'cloudapi', requestId: RequestId.parse(ids.random()) };
}
