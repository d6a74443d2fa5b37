import {
  cancelJob, countJobs, countPackages, countVms, createPackage, createVm, destroyVm, explainPlacement, forgetVm, getImage, getJob, getPackage, getUsage, getVm,
  guestMetadataChanged, imageHint, instancesSeen, jobHint, jobStepHint, listJobs, listNetworks, listPackages, listServers, listVmAudit, listVms,
  networkHint, openConsole, openConsoleSession, packageHint, rebootVm, resizeVm, releaseCapacity, releaseNics, releaseVmCapacity, releaseVmNics, reportDigest, reserveCapacity, reserveMoreCapacity,
  reserveNics, retryJob, serverHint, settleCapacity, setUsageLimits, snapshotWanted, startVm, stopVm, taskCancel, taskFinished, taskRun, unsettleCapacity, updateVm, vmHint,
} from '@nereid/contracts'; // prettier-ignore
import { defineApp } from '@nereid/platform';
import { AppModule } from './app.module';
import { VmapiConfig } from './config';

/** Instances, jobs, packages and usage. */
export const vmapiApp = defineApp({
  name: 'vmapi',
  config: VmapiConfig,
  module: (config) => AppModule.of(config),
  bus: {
    serves: [
      ...[createVm, getVm, listVms, startVm, stopVm, rebootVm, resizeVm, destroyVm, updateVm, forgetVm, listVmAudit, countVms, openConsole],
      ...[
        getJob,
        listJobs,
        cancelJob,
        retryJob,
        countJobs,
        createPackage,
        getPackage,
        listPackages,
        countPackages,
        getUsage,
        setUsageLimits,
      ],
    ],
    calls: [
      ...[
        reserveCapacity,
        releaseCapacity,
        releaseVmCapacity,
        reserveMoreCapacity,
        settleCapacity,
        unsettleCapacity,
        explainPlacement,
        listServers,
      ],
      ...[reserveNics, releaseNics, releaseVmNics, listNetworks, getImage],
    ],
    callsNodes: [taskRun, taskCancel, snapshotWanted, openConsoleSession],
    hears: [instancesSeen, reportDigest, taskFinished, guestMetadataChanged],
    hints: [vmHint, jobHint, jobStepHint, packageHint],
    hearsHints: [imageHint, networkHint, packageHint, serverHint],
    feeds: ['vmapi'],
  },
});
