import type { EventFields } from '@nereid/contracts';

const programs = ['nginx', 'postgres', 'cron', 'node'];
const calls = ['read', 'write', 'epoll_wait', 'futex', 'openat'];
const kinds = ['read', 'write', 'sync'];
/** Where latencies gather, in ns: what is at hand, and what has to be fetched. */
const modes: Readonly<Record<string, readonly [near: number, far: number]>> = {
  'syscall.syscalls': [2_000, 4_000_000],
  'cpu.runq_latency': [5_000, 800_000],
  'fs.logical_rwops': [8_000, 6_000_000],
  'tcp.accepts': [1_000, 1_000],
  'tcp.connects': [300_000, 25_000_000],
  'disk.physio_ops': [120_000, 9_000_000],
};

/** What happened to `subject` in one second; follows from the arguments alone. */
export function* eventsOf(
  metric: string,
  subject: string,
  second: number,
): Iterable<EventFields & { latency: number; pid: string; execname: string }> {
  const random = seeded(`${metric} ${subject} ${second}`);
  const [near, far] = modes[metric] ?? [1_000, 1_000_000];
  // A server that is slow for a quarter of each two minutes: what a heat map is for.
  const slowness = second % 120 < 30 ? 0.5 : 0.15;
  const count = 10 + Math.floor(random() * 20);
  for (let n = 0; n < count; n++) {
    const isFar = random() < slowness;
    const spread = Math.exp((random() + random() + random() - 1.5) * 0.8);
    const execname = pick(programs, random);
    yield {
      execname,
      pid: String(100 + programs.indexOf(execname)),
      syscall: pick(calls, random),
      optype: pick(kinds, random),
      raddr: `192.0.2.${1 + Math.floor(random() * 4)}`,
      rport: pick(['443', '5432'], random),
      latency: Math.floor((isFar ? far : near) * spread),
    };
  }
}

function pick(from: readonly string[], random: () => number): string {
  return from[Math.floor(random() * from.length)]!;
}

/** Numbers from 0 to 1 by a text: FNV-1a to begin, then mulberry32. */
function seeded(text: string): () => number {
  let state = 0x811c9dc5;
  for (let n = 0; n < text.length; n++) state = Math.imul(state ^ text.charCodeAt(n), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
