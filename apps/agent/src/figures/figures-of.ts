import type { Figures } from '@nereid/contracts';
import type { InstanceUsage, NodeUsage } from '@nereid/driver';

const mib = 1024 ** 2;
const gib = 1024 ** 3;

/** A server's usage as frames carry it: `serverSeries` of contracts says what stands where. */
export function serverFigures(usage: NodeUsage): Figures {
  return [
    usage.cpuMs,
    usage.load1 === undefined ? undefined : usage.load1 * 100,
    usage.memoryBytes,
    usage.memoryAvailableMiB * mib,
    usage.diskAvailableGiB * gib,
    ...trafficOf(usage),
    usage.processes,
  ];
}

/** An instance's usage, by `instanceSeries`. */
export function instanceFigures(usage: InstanceUsage): Figures {
  return [usage.cpuMs, usage.memoryBytes, usage.diskUsedBytes, ...trafficOf(usage), usage.processes];
}

function trafficOf(usage: InstanceUsage | NodeUsage): Figures {
  return [usage.diskReadBytes, usage.diskWrittenBytes, usage.networkReceivedBytes, usage.networkSentBytes];
}
