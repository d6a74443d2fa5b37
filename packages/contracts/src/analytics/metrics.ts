import { z } from 'zod';

/** A field by which a metric can be decomposed and filtered. Names are those of Cloud Analytics. */
export interface MetricField {
  readonly label: string;
  /** `numeric` fields become a distribution; the others are told apart by their text. */
  readonly arity: 'discrete' | 'numeric';
  readonly unit?: 'ns' | 'bytes';
  /** What a predicate may compare it with. */
  readonly pattern?: RegExp;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const fields = {
  hostname: { label: 'server', arity: 'discrete', pattern: uuid },
  zonename: { label: 'instance', arity: 'discrete', pattern: uuid },
  /** A program's name as the kernel keeps it: 15 characters. */
  execname: { label: 'program', arity: 'discrete', pattern: /^[A-Za-z0-9 _.:/@+=-]{1,15}$/ },
  /** As the instance numbers it, and as a key with the program's name: see processes.ts. */
  pid: { label: 'process', arity: 'discrete', pattern: /^[1-9][0-9]{0,6}$/ },
  syscall: { label: 'system call', arity: 'discrete', pattern: /^[a-z0-9_]{1,32}$/ },
  optype: { label: 'kind of operation', arity: 'discrete', pattern: /^(read|write|sync)$/ },
  raddr: { label: 'remote address', arity: 'discrete', pattern: /^[0-9a-f.:]{2,39}$/ },
  rport: { label: 'remote port', arity: 'discrete', pattern: /^[0-9]{1,5}$/ },
  latency: { label: 'latency', arity: 'numeric', unit: 'ns' },
} as const satisfies Record<string, MetricField>;

export type FieldName = keyof typeof fields;
export const FieldName = z.enum(Object.keys(fields) as [FieldName, ...FieldName[]]);

/** Families of metrics, and what people call them. */
export const modules = {
  syscall: { label: 'system calls' },
  cpu: { label: 'CPU' },
  fs: { label: 'file systems' },
  tcp: { label: 'TCP' },
  disk: { label: 'disks' },
} as const satisfies Record<string, { label: string }>;

export type ModuleName = keyof typeof modules;

export interface Metric {
  readonly module: ModuleName;
  readonly stat: string;
  readonly label: string;
  /** What one event is called, in the plural. */
  readonly unit: string;
  readonly fields: readonly FieldName[];
  /** Customers may have it, of their own instances; the others are about the server as a whole. */
  readonly forCustomers: boolean;
}

/**
 * What can be instrumented. A server that cannot measure one says why; nothing is silently empty.
 * Source: Cloud Analytics' catalogue, names kept where the meaning is the same; `cpu.runq_latency` is new.
 */
export const metrics = [
  metric('syscall', 'syscalls', 'system calls', 'calls', ['syscall', 'latency']),
  metric('cpu', 'runq_latency', 'waits for a CPU', 'waits', ['latency']),
  metric('fs', 'logical_rwops', 'reads, writes and syncs of files', 'operations', ['optype', 'latency']),
  /** Counted when a program takes the connection; what nobody takes is not. */
  metric('tcp', 'accepts', 'TCP connections accepted', 'connections', ['raddr', 'rport']),
  metric('tcp', 'connects', 'TCP connections made', 'connections', ['raddr', 'rport', 'latency']),
  {
    module: 'disk',
    stat: 'physio_ops',
    label: 'operations of disks',
    unit: 'operations',
    fields: ['hostname', 'optype', 'latency'],
    forCustomers: false,
  },
] as const satisfies readonly Metric[];

export function findMetric(module: string, stat: string): Metric | undefined {
  return metrics.find((each) => each.module === module && each.stat === stat);
}

/** Fields that a caller may see of a metric; a customer never learns on which server something is. */
export function visibleFields(metric: Metric, isCustomer: boolean): readonly FieldName[] {
  return isCustomer ? metric.fields.filter((field) => field !== 'hostname') : metric.fields;
}

/** Of processes in instances: told apart by server, instance, program and process besides what is its own. */
function metric(module: ModuleName, stat: string, label: string, unit: string, own: readonly FieldName[]): Metric {
  return { module, stat, label, unit, fields: ['hostname', 'zonename', 'execname', 'pid', ...own], forCustomers: true };
}
