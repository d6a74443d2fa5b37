import { existsSync } from 'node:fs';
import { metrics, type InstrumentationSample, type InstrumentationSpec } from '@nereid/contracts';
import { available, unavailable, type Capabilities, type TraceDriver } from '@nereid/driver';
import type { Clock, LinePrograms } from '@nereid/ports';
import type { CgroupTree } from '../limits/cgroup-tree';
import { metricCodes } from './metric-code';
import { missingOf, programOf, type Program } from './program';
import { RunningProgram } from './running-program';
import { zonesOf, type Zones } from './zones';

/** Between two starts of a program: each takes half a second of a CPU. */
const restartMs = 3_000;
const afterFailureMs = 30_000;
const tracingFolders = ['/sys/kernel/tracing/events', '/sys/kernel/debug/tracing/events'];
const bpftracePlaces = ['/usr/bin/bpftrace', '/usr/sbin/bpftrace', '/usr/local/bin/bpftrace'];

/**
 * Measures in the kernel by bpftrace: one program for everything that is wanted. A change starts a new program and ends the old one when the new
 * one's probes are in place, so that nothing is counted twice; up to a second of what the others measure is lost by it.
 */
export class LinuxTraceDriver implements TraceDriver {
  private specs: readonly InstrumentationSpec[] = [];
  /** What was made of `specs` last, and for whom. */
  private plan: { readonly program: Program; readonly zones: Zones } | undefined;
  private running: RunningProgram | undefined;
  private next: RunningProgram | undefined;
  private isStale = false;
  private mayStartAtMs = -Infinity;
  private failure: string | undefined;

  constructor(
    private readonly tree: CgroupTree,
    private readonly programs: LinePrograms,
    private readonly clock: Clock,
  ) {}

  async probe(): Promise<Capabilities<string>> {
    const missing = this.whyNot();
    return Object.fromEntries(
      metrics.map(({ module, stat }) => {
        const name = `${module}.${stat}`;
        if (missing !== undefined) return [name, unavailable(missing)];
        const code = metricCodes[name];
        const why = code ? missingOf(code, hasTracepoint) : 'there is no program for it';
        return [name, why === undefined ? available : unavailable(why)];
      }),
    );
  }

  want(specs: readonly InstrumentationSpec[]): void {
    this.specs = specs;
    this.isStale = true;
    this.mayStartAtMs = Math.min(this.mayStartAtMs, this.clock.monotonicMs()); // somebody waits for it
    this.bringInLine();
  }

  drain(): readonly InstrumentationSample[] {
    this.bringInLine();
    const missing = this.whyNot() ?? this.failure;
    return this.specs.map(({ id }) => {
      const refused = missing ?? this.plan?.program.refused.get(id);
      const reader = this.running?.readers.get(id);
      const state = refused !== undefined ? 'refused' : reader && this.running!.isOn ? 'on' : 'starting';
      return { id, state, reason: refused ?? '', isTruncated: reader?.isFull ?? false, cells: reader?.drain() ?? [] };
    });
  }

  close(): void {
    this.specs = [];
    this.next?.stop();
    this.running?.stop();
    this.next = this.running = this.plan = undefined;
  }

  /** Starts a program when what is wanted, or who lives here, is not what the last one was made for. */
  private bringInLine(): void {
    if (this.next) return;
    if (this.specs.length === 0) return this.close();
    if (this.whyNot() !== undefined) return;
    const zones = zonesOf(this.tree);
    const hasEnded = !this.running && (this.plan?.program.counted.length ?? 0) > 0;
    const isOld = this.isStale || hasEnded || this.running?.isFull || !this.plan || !sameZones(zones, this.plan.zones);
    if (!isOld || this.clock.monotonicMs() < this.mayStartAtMs) return;
    this.isStale = false;
    this.mayStartAtMs = this.clock.monotonicMs() + restartMs;
    const program = programOf(this.specs, zones, hasTracepoint);
    this.plan = { program, zones };
    if (program.counted.length === 0) {
      this.running?.stop();
      this.running = undefined;
      return;
    }
    const made: RunningProgram = new RunningProgram(program, zones, this.programs, () => this.changed(made));
    this.next = made;
  }

  private changed(program: RunningProgram): void {
    if (program.failure !== undefined) {
      this.failure = program.failure;
      this.mayStartAtMs = this.clock.monotonicMs() + afterFailureMs;
      this.isStale = true;
      if (this.next === program) this.next = undefined;
      if (this.running === program) this.running = undefined;
    } else if (this.next === program) {
      this.failure = undefined;
      this.running?.stop();
      this.running = program;
      this.next = undefined;
    }
  }

  private whyNot(): string | undefined {
    if (!bpftracePlaces.some((path) => existsSync(path))) return 'bpftrace is not installed on this server';
    if (!tracingFolders.some((path) => existsSync(path))) return "the kernel's tracing files (tracefs) are not mounted on this server";
    if (this.tree.unifiedGroup('x') === undefined) return 'this server has no unified tree of control groups to tell instances apart by';
    return undefined;
  }
}

function hasTracepoint(name: string): boolean {
  return tracingFolders.some((folder) => existsSync(`${folder}/${name}`));
}

function sameZones(a: Zones, b: Zones): boolean {
  return a.size === b.size && [...a].every(([group, vm]) => b.get(group) === vm);
}
