import { processText, type InstrumentationSpec } from '@nereid/contracts';
import { addressKey, shownAddress, takeAddress } from './peer-address';
import { optypeName, type Spelling } from './predicate-code';
import { syscallName } from './syscall-names';

/** The clauses that count one metric, and how what it tells is spelt in them. */
export interface MetricCode {
  /** What the field of the decomposition is spelt as a key, and how its printed form is shown. */
  readonly keys: Partial<Record<NonNullable<InstrumentationSpec['by']>, { code: string; shown: (printed: string) => string }>>;
  readonly spelling: Spelling;
  /** The group of the instance that an event belongs to; undefined: it belongs to the server. */
  readonly zone: string | undefined;
  /** Clauses that every instrumentation of the metric shares; each once in a program. */
  readonly shared: readonly string[];
  /** Takes the process, by the number that its instance has for it, into `$p`; and the clauses that this needs besides. Only where it is asked for. */
  readonly process?: { readonly code: string; readonly shared?: readonly string[] };
  /** Tracepoints that not every kernel has. */
  readonly needs?: readonly string[];
  /** The clause in which an event is complete, around `count`, which uses the spelling. */
  readonly clause: (count: string) => string;
}

const asIs = (printed: string): string => printed;
const comm = { code: 'comm', shown: asIs };
const processKey = (program: string) => ({
  code: `$p, ${program}`,
  // The program's name may have a comma of its own.
  shown: (printed: string): string => processText(printed.slice(0, printed.indexOf(',')), printed.slice(printed.indexOf(',') + 1)),
});

/**
 * The process that runs, as its own namespace numbers it. The kernel keeps the numbers of all namespaces, the outermost first, in an array at the
 * end of the structure; old kernels count its first element to the structure. The outermost number is known, so what is read is checked.
 */
const runningProcess = {
  code: `$t = ((struct task_struct *)curtask)->group_leader->thread_pid; $n = (uint64)$t + sizeof(struct pid);
      if (*(int32 *)$n != (int32)pid) { $n = $n - 16; } $p = (uint64)*(int32 *)($n + 16 * (uint64)$t->level);`,
};

/** An exit forgets what began in that thread: its number will be another's. */
const forgetCall = 'tracepoint:sched:sched_process_exit { delete(@ts[tid]); delete(@fd[tid]); }';
const forgetWait = 'tracepoint:sched:sched_process_exit { delete(@tc[tid]); delete(@tq[tid]); }';
const enter = 'tracepoint:raw_syscalls:sys_enter /@z[cgroup]/ { @ts[tid] = nsecs; @fd[tid] = args->args[0]; }';

const syscalls: MetricCode = {
  keys: { execname: comm, pid: processKey('comm'), syscall: { code: '$id', shown: (printed) => syscallName(Number(printed)) } },
  spelling: { zonename: 'cgroup', execname: 'comm', pid: '$p', syscall: '$id', latency: '$v' },
  zone: 'cgroup',
  process: runningProcess,
  shared: [forgetCall, enter],
  // Not deleted at the exit: the next enter takes its place, and other clauses on the same exit still need it.
  clause: (count) => `tracepoint:raw_syscalls:sys_exit /@ts[tid] && @z[cgroup]/ { $id = args->id; $v = nsecs - @ts[tid]; ${count} }`,
};

const [reads, writes, syncs] = [
  [0, 17, 19, 295, 327],
  [1, 18, 20, 296, 328],
  [74, 75, 277],
];
const anyOf = (calls: readonly number[]): string => `(${calls.map((call) => `$id == ${call}`).join(' || ')})`;

/** By system calls on descriptors of regular files: the kernel's own notes say what a descriptor is. */
const files: MetricCode = {
  keys: { execname: comm, pid: processKey('comm'), optype: { code: '$o', shown: (printed) => optypeName(Number(printed)) } },
  spelling: { zonename: 'cgroup', execname: 'comm', pid: '$p', optype: '$o', latency: '$v' },
  zone: 'cgroup',
  process: runningProcess,
  shared: [forgetCall, enter],
  clause: (count) =>
    `tracepoint:raw_syscalls:sys_exit /@ts[tid] && @z[cgroup]/ {
      $id = args->id;
      if (${anyOf([...reads, ...writes, ...syncs])}) {
        $v = nsecs - @ts[tid];
        $o = (uint64)0; if (${anyOf(writes)}) { $o = 1; } if (${anyOf(syncs)}) { $o = 2; }
        $table = ((struct task_struct *)curtask)->files->fdt;
        $file = (struct file *)(*(uint64 *)((uint64)$table->fd + 8 * @fd[tid]));
        $mode = $file->f_inode->i_mode;
        if (($mode & 61440) == 32768) { ${count} } } }`,
};

/** From being woken, or put off a CPU while wanting it, to being on one. A thread's instance is known once it has run under our eyes. */
const runQueue: MetricCode = {
  keys: { execname: { code: 'args->next_comm', shown: asIs }, pid: processKey('args->next_comm') },
  spelling: { zonename: '$c', execname: 'args->next_comm', pid: '$p', latency: '$v' },
  zone: '$c',
  process: {
    code: '$p = @tp[args->next_pid];',
    shared: [
      'tracepoint:sched:sched_process_exit { delete(@tp[tid]); }',
      `tracepoint:sched:sched_switch /@z[cgroup]/ { ${runningProcess.code} @tp[args->prev_pid] = $p; }`,
    ],
  },
  shared: [
    forgetWait,
    'tracepoint:sched:sched_switch /@tq[args->next_pid]/ { delete(@tq[args->next_pid]); }',
    'tracepoint:sched:sched_wakeup /@tc[args->pid]/ { @tq[args->pid] = nsecs; }',
    'tracepoint:sched:sched_switch /@z[cgroup]/ { @tc[args->prev_pid] = cgroup; if (args->prev_state == 0) { @tq[args->prev_pid] = nsecs; } }',
  ],
  clause: (count) =>
    `tracepoint:sched:sched_switch /@tq[args->next_pid] && @tc[args->next_pid]/ {
      $c = @tc[args->next_pid]; $v = nsecs - @tq[args->next_pid]; ${count} }`,
};

const tcp = 'tracepoint:sock:inet_sock_set_state /args->protocol == 6 &&';
const withoutMapping = (printed: string): string => printed.replace(/^::ffff:(?=\d+\.)/, '');

/** From the first packet to the answer; the process is remembered at the first packet, since the answer comes in nobody's name. */
const connects: MetricCode = {
  keys: {
    execname: { code: '@sn[args->skaddr]', shown: asIs },
    pid: processKey('@sn[args->skaddr]'),
    raddr: { code: 'ntop(args->daddr_v6)', shown: withoutMapping },
    rport: { code: 'args->dport', shown: asIs },
  },
  spelling: { zonename: '$c', execname: '@sn[args->skaddr]', pid: '$p', rport: 'args->dport', latency: '$v' },
  zone: '$c',
  process: {
    code: '$p = @sp[args->skaddr];',
    shared: [
      `${tcp} args->newstate == 2 && @z[cgroup]/ { ${runningProcess.code} @sp[args->skaddr] = $p; }`,
      `${tcp} args->newstate == 7/ { delete(@sp[args->skaddr]); }`,
    ],
  },
  shared: [
    `${tcp} args->newstate == 2 && @z[cgroup]/ { @sc[args->skaddr] = cgroup; @ss[args->skaddr] = nsecs; @sn[args->skaddr] = comm; }`,
    `${tcp} args->newstate == 7/ { delete(@sc[args->skaddr]); delete(@ss[args->skaddr]); delete(@sn[args->skaddr]); }`,
  ],
  clause: (count) =>
    `${tcp} args->oldstate == 2 && args->newstate == 1 && @sc[args->skaddr]/ {
      $c = @sc[args->skaddr]; $v = nsecs - @ss[args->skaddr]; ${count} }`,
};

/** When a program has taken a connection: in its own name, which the end of the handshake is not. The other end stands in the new socket. */
const accepts: MetricCode = {
  keys: {
    execname: comm,
    pid: processKey('comm'),
    raddr: { code: addressKey, shown: shownAddress },
    rport: { code: '$port', shown: asIs },
  },
  spelling: { zonename: 'cgroup', execname: 'comm', pid: '$p', rport: '$port' },
  zone: 'cgroup',
  shared: [],
  process: runningProcess,
  needs: ['syscalls/sys_exit_accept', 'syscalls/sys_exit_accept4'],
  clause: (count) =>
    `tracepoint:syscalls:sys_exit_accept, tracepoint:syscalls:sys_exit_accept4 /@z[cgroup]/ {
      $ret = args->ret;
      if ($ret >= 0) {
        $table = ((struct task_struct *)curtask)->files->fdt;
        $file = (struct file *)(*(uint64 *)((uint64)$table->fd + 8 * (uint64)$ret));
        $sk = ((struct socket *)$file->private_data)->sk;
        $f = $sk->__sk_common.skc_family;
        if (($f == 2 || $f == 10) && $sk->sk_protocol == 6) {
          ${takeAddress}
          $be = (uint64)$sk->__sk_common.skc_dport; $port = ($be >> 8) | (($be & 255) << 8);
          ${count} } } }`,
};

const isWrite = 'strncmp(args->rwbs, "W", 1) == 0';
const isFlush = 'strncmp(args->rwbs, "F", 1) == 0';

/** From a request's hand-over to the disk to its completion. */
const disks: MetricCode = {
  keys: { optype: { code: '$o', shown: (printed) => optypeName(Number(printed)) } },
  spelling: { optype: '$o', latency: '$v' },
  zone: undefined,
  shared: [
    'tracepoint:block:block_rq_issue { @bs[args->dev, args->sector] = nsecs; }',
    'tracepoint:block:block_rq_complete { delete(@bs[args->dev, args->sector]); }',
  ],
  clause: (count) =>
    `tracepoint:block:block_rq_complete /@bs[args->dev, args->sector]/ {
      $v = nsecs - @bs[args->dev, args->sector];
      $o = (uint64)0; if (${isWrite}) { $o = 1; } if (${isFlush}) { $o = 2; } ${count} }`,
};

/**
 * By `<module>.<stat>`. What a probe tells is taken into a variable where it is used more than once: the compiler would otherwise keep a moved
 * pointer to it, which the kernel refuses.
 */
export const metricCodes: Readonly<Record<string, MetricCode>> = {
  'syscall.syscalls': syscalls,
  'cpu.runq_latency': runQueue,
  'fs.logical_rwops': files,
  'tcp.accepts': accepts,
  'tcp.connects': connects,
  'disk.physio_ops': disks,
};
