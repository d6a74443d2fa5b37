import { watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '@nereid/ports';
import type { CgroupTree } from '../limits/cgroup-tree';
import type { ZoneProcesses } from './zone-processes';

const lookEveryMs = 500;

/**
 * Notices the end of zones. The kernel says itself (inotify) when the last process of a group in the unified tree is gone; only servers with
 * version 1 alone have no such word, and there one timer looks at every watched zone twice a second.
 */
export class ExitWatch {
  private readonly watched = new Map<string, { stop: () => void; ended: Promise<void> }>();

  constructor(
    private readonly tree: CgroupTree,
    private readonly processes: ZoneProcesses,
    private readonly clock: Clock,
    private readonly onExit: (id: string) => void,
  ) {}

  /** From now on `onExit` is called once when the zone has ended; at once when it has already. Watched already: done. */
  start(id: string): void {
    if (this.watched.has(id)) return;
    let resolve: () => void = () => undefined;
    const ended = new Promise<void>((done) => (resolve = done));
    const look = (): void => {
      if (this.watched.get(id)?.ended !== ended || this.processes.isAlive(id)) return;
      this.stop(id);
      resolve();
      this.onExit(id);
    };
    this.watched.set(id, { stop: this.listen(id, look), ended });
    look(); // it may have ended before we listened
  }

  /** Resolves true when the zone has ended, false after `timeoutMs`. */
  async hasEndedWithin(id: string, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    if (!this.processes.isAlive(id)) return true;
    this.start(id);
    const ended = this.watched.get(id)?.ended;
    if (!ended) return true;
    const waiting = new AbortController();
    const late = this.clock.sleep(timeoutMs, AbortSignal.any([signal, waiting.signal])).then(
      () => false,
      () => false,
    );
    const inTime = await Promise.race([ended.then(() => true), late]);
    waiting.abort();
    return inTime || !this.processes.isAlive(id);
  }

  stop(id: string): void {
    this.watched.get(id)?.stop();
    this.watched.delete(id);
  }

  close(): void {
    for (const id of [...this.watched.keys()]) this.stop(id);
  }

  private listen(id: string, look: () => void): () => void {
    const group = this.tree.unifiedGroup(id);
    if (group === undefined) return this.clock.every(lookEveryMs, look);
    try {
      const watcher: FSWatcher = watch(join(group, 'cgroup.events'), { persistent: false }, look);
      watcher.on('error', look);
      return () => watcher.close();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return () => undefined; // gone: `look` sees that
      throw error;
    }
  }
}
