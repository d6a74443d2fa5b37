import { mkdir, rm, writeFile } from 'node:fs/promises';
import { DriverError, type TaskContext } from '@nereid/driver';
import { readText } from '../limits/cgroup-tree';
import type { Programs } from '../programs';
import type { RunLayout } from '../run-layout';

const startTimeoutMs = 20_000;

/** The OCI runtime (runc): starts a zone from its bundle, and forgets one that has ended. */
export class Runtime {
  constructor(
    private readonly programs: Programs,
    private readonly run: RunLayout,
    private readonly terminalProgram: string,
  ) {}

  /**
   * Starts a zone's first process in its network namespace. Create and start in one call: one program's start less. The runtime is started by our
   * terminal program, which leaves behind the keeper of the zone's console.
   * @throws DriverError with the runtime's own words
   */
  async start(ctx: TaskContext, id: string, config: unknown, namespace: string): Promise<void> {
    const log = this.run.bundle(id, 'runc.log');
    await mkdir(this.run.bundle(id), { recursive: true, mode: 0o711 });
    await Promise.all([writeFile(this.run.bundle(id, 'config.json'), JSON.stringify(config), { mode: 0o600 }), rm(log, { force: true })]);
    const bundle = this.run.bundle(id);
    const argv = [
      ...[this.terminalProgram, 'start', namespace, bundle, '--'],
      ...['runc', '--root', this.run.runc, '--log', log, '--log-format', 'json', 'run', '--detach', '--bundle', bundle],
      ...['--console-socket', this.run.bundle(id, 'tty.sock'), '--pid-file', this.run.bundle(id, 'pid'), id],
    ] as unknown as readonly [string, ...string[]];
    // The keeper inherits our output: a pipe to us would stay open for the zone's whole life.
    const result = await this.programs.try('start-container', argv, {
      ctx,
      timeoutMs: startTimeoutMs,
      output: 'discard',
    });
    if (result.code === 0) return;
    const said = lastMessage(readText(log) ?? '');
    await this.forget(id).catch(() => undefined); // the error above is the one to tell
    if (result.timedOut) throw new DriverError('Timeout', 'the runtime took too long', { step: 'start-container', stderr: said });
    throw new DriverError('Internal', `the runtime refused: ${said}`, { step: 'start-container', stderr: said });
  }

  /**
   * Removes what the runtime keeps of a zone whose processes are gone. `runc delete` does the same with another program's start; the control
   * groups, which hold the limits, stay until these are removed. Absent counts as done.
   */
  async forget(id: string): Promise<void> {
    await Promise.all([rm(this.run.runcState(id), { recursive: true, force: true }), rm(this.run.bundle(id, 'pid'), { force: true })]);
  }
}

/** What a runtime's log of JSON lines ends with. */
export function lastMessage(log: string): string {
  const lines = log.trim().split('\n');
  for (const line of lines.reverse()) {
    try {
      const { level, msg } = JSON.parse(line) as { level?: string; msg?: string };
      if (level !== 'warning' && msg) return msg.slice(0, 2048);
    } catch {
      if (line) return line.slice(0, 2048);
    }
  }
  return 'no reason given';
}
