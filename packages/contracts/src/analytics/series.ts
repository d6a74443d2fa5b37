import { z } from 'zod';

/** A figure that every server or instance has all the time, whether anybody asks or not. */
export interface Series {
  readonly name: string;
  /**
   * How it travels in frames: a `counter` grows and is shown as its growth a second (a frame that is lost then loses nothing); a `gauge` is
   * shown as it is. Whole numbers in both cases.
   */
  readonly kind: 'counter' | 'gauge';
  /** What the whole number is multiplied by to be shown. */
  readonly scale: number;
  readonly unit: 'percent' | 'bytes' | 'bytes/s' | 'count' | 'load';
  readonly label: string;
  /** The family of the Prometheus exposition, without `nereid_server_` or `nereid_vm_`, and what the whole number is multiplied by there. */
  readonly exposition: { readonly name: string; readonly scale: number };
}

const cpu: Series = {
  name: 'cpuPercent',
  kind: 'counter', // milliseconds
  scale: 0.1,
  unit: 'percent',
  label: 'CPU',
  exposition: { name: 'cpu_seconds_total', scale: 0.001 },
};
const memory: Series = gauge('memoryBytes', 'memory used', 'memory_used_bytes');
const processes: Series = { ...gauge('processes', 'processes and threads', 'processes'), unit: 'count' };
const traffic: readonly Series[] = [
  counter('diskReadBytes', 'bytes read from disk', 'disk_read_bytes_total'),
  counter('diskWrittenBytes', 'bytes written to disk', 'disk_written_bytes_total'),
  counter('networkReceivedBytes', 'bytes received', 'network_received_bytes_total'),
  counter('networkSentBytes', 'bytes sent', 'network_sent_bytes_total'),
];

/** Of servers, in the order in which frames carry them. New ones are added at the end: older readers ignore what they do not know. */
export const serverSeries = [
  cpu,
  { name: 'load', kind: 'gauge', scale: 0.01, unit: 'load', label: 'load average of a minute', exposition: { name: 'load1', scale: 0.01 } },
  memory,
  gauge('memoryAvailableBytes', 'memory available', 'memory_available_bytes'),
  gauge('diskAvailableBytes', 'space available in the pool', 'disk_available_bytes'),
  ...traffic,
  processes,
] as const satisfies readonly Series[];

/** Of instances, likewise. */
export const instanceSeries = [
  cpu,
  memory,
  gauge('diskUsedBytes', 'space used', 'disk_used_bytes'),
  ...traffic,
  processes,
] as const satisfies readonly Series[];

/** Figures in the order of a list of series; what could not be read is undefined, never 0. */
export type Figures = readonly (number | undefined)[];

export const SeriesName = z.enum([...new Set([...serverSeries, ...instanceSeries].map((series) => series.name))] as [string, ...string[]]);

function gauge(name: string, label: string, exposition: string): Series {
  return { name, kind: 'gauge', scale: 1, unit: 'bytes', label, exposition: { name: exposition, scale: 1 } };
}

function counter(name: string, label: string, exposition: string): Series {
  return { name, kind: 'counter', scale: 1, unit: 'bytes/s', label, exposition: { name: exposition, scale: 1 } };
}
