import type { InstanceUsage } from '@nereid/driver';

type Load = Pick<InstanceUsage, 'cpuMs' | 'diskReadBytes' | 'diskWrittenBytes' | 'networkReceivedBytes' | 'networkSentBytes'>;

/** Waves of the load: a minute and a half, nine minutes, a day. */
const periodsMs = [90_000, 540_000, 86_400_000];

/**
 * What a simulated instance has done since its start: steady work with waves on it, an amount and a phase of its own by its id. Follows from
 * the arguments alone, so nothing is kept and every look agrees with the others; never falls.
 */
export function loadOf(id: string, startedAtMs: number, nowMs: number): Load {
  const [amount, phase] = [parseInt(id.slice(0, 2), 16) / 255, parseInt(id.slice(2, 4), 16) / 40];
  const done = (atMs: number): number =>
    atMs + periodsMs.reduce((sum, ms) => sum - ((0.25 * ms) / (2 * Math.PI)) * Math.cos((2 * Math.PI * atMs) / ms + phase), 0);
  const busyMs = done(nowMs) - done(startedAtMs);
  return {
    cpuMs: Math.round(busyMs * (0.02 + 0.3 * amount)),
    diskReadBytes: Math.round(busyMs * 400 * amount),
    diskWrittenBytes: Math.round(busyMs * (10 + 200 * amount)),
    networkReceivedBytes: Math.round(busyMs * (2 + 90 * amount)),
    networkSentBytes: Math.round(busyMs * (2 + 150 * amount)),
  };
}
