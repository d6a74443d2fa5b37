import { readFileSync } from 'node:fs';

/** Memory that a process would give back if it ended, with its part of what it shares, MiB. Source: proc_pid_smaps(5), Pss. */
export function proportionalSetMiB(pid: number): number {
  const kib = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
  if (kib === undefined) throw new Error(`no Pss of process ${pid}`);
  return Number(kib) / 1024;
}

/** Processor time that a process has used so far, ms; user and system together. Source: proc_pid_stat(5), fields 14 and 15 in ticks of 10 ms. */
export function processorMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
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
