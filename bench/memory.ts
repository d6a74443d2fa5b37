import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { BenchCloud } from './cloud';
import type { Figure } from './figures';
import { proportionalSetMiB, withDescendants } from './processes';

const restMs = 20_000;

/** Memory at rest: all services in one process, one real node, no instance; some time after the start. */
export async function measure(): Promise<Figure[]> {
  return BenchCloud.use({ hasRealNode: true }, async (cloud) => {
    await sleep(restMs);
    const byPart = new Map<string, { MiB: number; processes: number }>();
    for (const { name, pid } of cloud.programs()) {
      for (const each of withDescendants(pid)) {
        const part = name === 'node' ? partOfNode(each) : name;
        const before = byPart.get(part) ?? { MiB: 0, processes: 0 };
        byPart.set(part, { MiB: before.MiB + proportionalSetMiB(each), processes: before.processes + 1 });
      }
    }
    const figures = [...byPart].map(([part, { MiB, processes }]): Figure => ({
      name: part,
      value: MiB,
      unit: 'MiB',
      ...(part === 'agent' && { target: { atMost: 60 } }),
      ...(processes > 1 && { note: `${processes} processes` }),
    }));
    const counted = figures.filter(({ name }) => name !== 'zfs-fuse');
    const value = counted.reduce((sum, figure) => sum + figure.value, 0);
    return [...figures, { name: 'all but zfs-fuse', value, unit: 'MiB', target: { atMost: 420 }, note: 'proportional set sizes' }];
  });
}

/** The box holds the agent, the ZFS daemon, and the shells that keep it together. */
function partOfNode(pid: number): string {
  const [program, ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  if (program?.endsWith('zfs-fuse')) return 'zfs-fuse';
  return args.some((arg) => arg.endsWith('apps/agent/dist/main.js')) && program?.endsWith('node') ? 'agent' : 'box';
}
