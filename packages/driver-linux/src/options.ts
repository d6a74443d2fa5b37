import type { Clock, LinePrograms, Runner } from '@nereid/ports';

/** A NIC tag of this server. */
export interface NicTagOptions {
  readonly name: string;
  /** Physical interface that joins the tag's bridge; without one the tag's networks live on this server alone. */
  readonly uplink?: string;
  /** The bridge of each network has the network's gateway address, and this server routes between it and the outside. */
  readonly routed?: boolean;
}

export interface LinuxDriverOptions {
  /** 8 hex digits; part of the name of everything made here. */
  readonly installation: string;
  /** The server's name in the cloud; the system's own unless told. Two boxes of one machine share the system's. */
  readonly hostname?: string;
  /** ZFS pool for images, instances and records. It exists; the driver makes its datasets. */
  readonly pool: string;
  /** Where the pool's root dataset is mounted. */
  readonly poolMountpoint: string;
  /** For what does not outlive a restart of the server: sockets, bundles, runc's state. On tmpfs. */
  readonly runDir: string;
  /** Parent of the instances' cgroups, from the root of each hierarchy, with a leading slash. */
  readonly cgroupParent: string;
  readonly nicTags: readonly NicTagOptions[];
  /** Where the server's bridges answer, for people. */
  readonly address?: string;
  /** MiB and GiB kept back from what the server offers; 0 unless told. */
  readonly reserved?: { readonly memoryMiB?: number; readonly diskGiB?: number };
  /** Path of our program for terminals of zones, as `buildTerminalProgram` makes it. */
  readonly terminalProgram: string;
  readonly runner: Runner;
  /** For tracing. */
  readonly linePrograms: LinePrograms;
  readonly clock: Clock;
  /** Told of what went wrong in the background, where nobody waits for an answer: what was tried, and the error. The work is tried again later. */
  readonly onProblem: (tried: string, error: unknown) => void;
  /** Where cgroup hierarchies are looked for; tests hand in a tree of their own. `/proc/self/mountinfo` unless told. */
  readonly mountInfoFile?: string;
}
