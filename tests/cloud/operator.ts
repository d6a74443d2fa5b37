import { readFileSync } from 'node:fs';
import { connectBus, permissionsOf, type Bus, type BusUse } from '@nereid/bus';
import { mintServiceCreds, type BusAuthority } from '@nereid/bus/credentials';
import {
  createAccount,
  createKey,
  createNetwork,
  createNicTag,
  createPackage,
  getServer,
  listServers,
  revokeServer,
  setUsageLimits,
  updateServer,
  type Caller,
} from '@nereid/contracts';
import { nodeFacingAddress, type Installation } from '@nereid/infra-local';
import { SystemIds } from '@nereid/ports';

const name = 'test-operator';
/** What an operator does that has no door yet. */
const use: BusUse = {
  calls: [
    createAccount,
    createKey,
    createNetwork,
    createNicTag,
    createPackage,
    getServer,
    listServers,
    revokeServer,
    setUsageLimits,
    updateServer,
  ],
};

export function operatorCaller(): Caller {
  return { kind: 'service', service: name, requestId: new SystemIds().random() as Caller['requestId'] };
}

/** Where the bus of an installation is, and the authority that signed its certificate. */
export async function busAt(installation: Installation): Promise<{ servers: string[]; caFile: string }> {
  const port = await installation.port('nats', true);
  return { servers: [`${nodeFacingAddress(installation)}:${port}`], caFile: installation.path('ca', 'ca.pem') };
}

/** Does something over the bus as an operator, with credentials minted for it by the installation's own authority. */
export async function asOperator<T>(installation: Installation, act: (bus: Bus) => Promise<T>): Promise<T> {
  const authority = JSON.parse(readFileSync(installation.path('authority', 'bus.json'), 'utf8')) as BusAuthority;
  const bus = await connectBus({
    name,
    ...(await busAt(installation)),
    credentials: mintServiceCreds(authority, name, permissionsOf(name, use)),
    signal: AbortSignal.timeout(10_000),
  });
  try {
    return await act(bus);
  } finally {
    await bus.close();
  }
}
