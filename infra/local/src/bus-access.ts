import { connectBus, type Bus, type BusUse } from '@nereid/bus';
import {
  activateImage,
  createAccount,
  createEnrolmentToken,
  createImage,
  createKey,
  createNetwork,
  createNicTag,
  createPackage,
  createUpload,
  ensureOperator,
  getAccount,
  getImage,
  listImages,
  listNetworks,
  listPackages,
  listServers,
  type Caller,
} from '@nereid/contracts';
import { SystemIds } from '@nereid/ports';
import { portOf } from './basics';
import type { Installation } from './installation';
import { nodeFacingAddress } from './node-facing-address';
import { credsFile } from './service-config';

/** The name under which ./dev itself is on the bus, and all it may do there: fill a new cloud, and look whether that was done. */
export const devName = 'dev';
export const devUse: BusUse = {
  calls: [
    ensureOperator,
    createAccount,
    getAccount,
    createKey,
    createPackage,
    listPackages,
    createNicTag,
    createNetwork,
    listNetworks,
    createImage,
    createUpload,
    activateImage,
    getImage,
    listImages,
    createEnrolmentToken,
    listServers,
  ],
};

/** The caller that seeding acts as. */
export function devCaller(): Caller {
  return { kind: 'service', service: devName, requestId: new SystemIds().random() as Caller['requestId'] };
}

/** Does something over the bus of an installation, by the credentials of ./dev. */
export async function withBus<T>(installation: Installation, act: (bus: Bus) => Promise<T>): Promise<T> {
  const bus = await connectBus({
    name: devName,
    servers: [`${nodeFacingAddress(installation)}:${await portOf(installation, 'nats')}`],
    credsFile: credsFile(installation, devName),
    caFile: installation.path('ca', 'ca.pem'),
    signal: AbortSignal.timeout(10_000),
  });
  try {
    return await act(bus);
  } finally {
    await bus.close();
  }
}
