import {
  accountHint,
  createKey,
  createVm,
  deleteKey,
  destroyVm,
  getAccount,
  getImage,
  getKey,
  getNetwork,
  getPackage,
  getVm,
  imageHint,
  listImages,
  listKeys,
  listNetworks,
  listPackages,
  listVmAudit,
  listVms,
  networkHint,
  packageHint,
  rebootVm,
  resolveKey,
  startVm,
  stopVm,
  updateAccount,
  updateVm,
} from '@nereid/contracts';
import { defineApp } from '@nereid/platform';
import { CloudapiModule } from './cloudapi.module';
import { cloudapiConfig } from './config';

export { cloudapiConfig } from './config';

/** The customers' door. Keeps nothing. */
export const cloudapiApp = defineApp({
  name: 'cloudapi',
  config: cloudapiConfig,
  module: () => ({ module: CloudapiModule }),
  door: { usualErrors: false },
  bus: {
    calls: [
      resolveKey,
      getAccount,
      updateAccount,
      listKeys,
      getKey,
      createKey,
      deleteKey,
      listImages,
      getImage,
      listPackages,
      getPackage,
      listNetworks,
      getNetwork,
      createVm,
      getVm,
      listVms,
      startVm,
      stopVm,
      rebootVm,
      destroyVm,
      updateVm,
      listVmAudit,
    ],
    hearsHints: [accountHint, imageHint, packageHint, networkHint],
    follows: ['identity'],
  },
});
