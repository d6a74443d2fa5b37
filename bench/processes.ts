import { readFileSync } from 'node:fs';

/** Memory that a process would give back if it ended, with its part of what it shares, MiB. Source: proc_pid_smaps(5), Pss. */
export function proportionalSetMiB(pid: number): number {
  const kib = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
  if (kib === undefined) throw new Error(`no Pss of process ${pid}`);
  return Number(kib) / 1024;
}

/** A process and all below it, as their numbers. */
export function withDescendants(root: number): number[] {
  const children = readFileSync(`/proc/${root}/task/${root}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  return [
    root,
    ...children.flatMap((child) => {
      try {
        return withDescendants(child);
      } catch {
        return []; // it ended meanwhile
      }
    }),
  ];
}

/** Processor time of a process and all below it, those that have ended too, ms. Source: proc_pid_stat(5), fields 14 to 17. */
export function treeProcessorMs(root: number): number {
  return withDescendants(root).reduce((sum, pid) => sum + (statTicks(pid, [11, 12, 13, 14]) ?? 0) * 10, 0);
}

function statTicks(pid: number, places: readonly number[]): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return places.reduce((sum, place) => sum + Number(fields[place]), 0);
  } catch {
    return undefined; // it ended meanwhile; its parent has the time
  }
}
