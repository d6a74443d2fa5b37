import { existsSync } from 'node:fs';
import type { Traffic } from '@nereid/driver';
import { readText } from '../limits/cgroup-tree';

const sectorBytes = 512; // in /proc/diskstats whatever the disk's own size
const msPerTick = 10; // USER_HZ, fixed in the kernel's interface

/** Bytes received and sent by interface, as this server counts them. Source: proc_net(5). */
export function interfaceTraffic(text = readText('/proc/net/dev') ?? ''): ReadonlyMap<string, { received: number; sent: number }> {
  const found = new Map<string, { received: number; sent: number }>();
  for (const line of text.split('\n').slice(2)) {
    const [name, rest] = line.split(':');
    const numbers = rest?.trim().split(/\s+/).map(Number);
    if (name && numbers && numbers.length >= 9) found.set(name.trim(), { received: numbers[0]!, sent: numbers[8]! });
  }
  return found;
}

/** Bytes read and written by the server's whole disks; partitions and devices made of other devices would count twice. Source: proc_diskstats(5). */
export function diskTraffic(text = readText('/proc/diskstats') ?? ''): Pick<Traffic, 'diskReadBytes' | 'diskWrittenBytes'> {
  let [read, written] = [0, 0];
  for (const line of text.split('\n')) {
    const [, , name, , , readSectors, , , , writtenSectors] = line.trim().split(/\s+/);
    if (!name || /^(loop|ram|zram|dm-|md|sr|nbd|zd)\d/.test(name) || !existsSync(`/sys/block/${name}`)) continue;
    read += Number(readSectors) * sectorBytes;
    written += Number(writtenSectors) * sectorBytes;
  }
  return { diskReadBytes: read, diskWrittenBytes: written };
}

/** Time that all CPUs were neither idle nor waiting for disks. Source: proc_stat(5). */
export function cpuBusyMs(text = readText('/proc/stat') ?? ''): number | undefined {
  const ticks = /^cpu +(.*)$/m.exec(text)?.[1]?.split(' ').map(Number);
  if (!ticks || ticks.length < 8) return undefined;
  const [user, nice, system, , , irq, softirq, steal] = ticks as [number, number, number, number, number, number, number, number];
  return (user + nice + system + irq + softirq + steal) * msPerTick;
}

/** Processes and threads of the whole server. Source: proc_loadavg(5). */
export function threadCount(text = readText('/proc/loadavg') ?? ''): number | undefined {
  const found = /\/(\d+)/.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** A line of /proc/meminfo. */
export function memInfoMiB(name: string): number {
  return Math.floor(Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readText('/proc/meminfo') ?? '')?.[1] ?? 0) / 1024);
}
