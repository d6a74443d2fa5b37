import type { adminapi } from '@nereid/contracts/light';

type Kind = adminapi.VmListItem['conditions'][number]['kind'];

/** The limits of the contract with drivers, as people call them. */
const limits: Readonly<Record<string, string>> = {
  cpuCapPercent: 'CPU cap',
  cpuShares: 'CPU shares',
  memoryMiB: 'memory limit',
  swapMiB: 'swap limit',
  maxProcesses: 'limit of processes',
  ioPriority: 'I/O priority',
  quotaGiB: 'disk quota',
};

/** What is the matter, before the reason. */
export function conditionText(kind: Kind, what: string): string {
  const name = limits[what] ?? what;
  if (kind === 'degraded') return `The ${name} is not held`;
  return kind === 'leftover' ? `Something of its ${name} is left` : `Its ${name} changes with the next boot`;
}
