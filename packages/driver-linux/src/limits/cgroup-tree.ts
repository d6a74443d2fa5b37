import { existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Controllers that limits are held by. */
export type Controller = 'cpu' | 'cpuacct' | 'memory' | 'pids';

/** How this server mounts its control groups: all in one tree, one tree a controller, or that and a tree without controllers beside it. */
export type CgroupMode = 'v1' | 'v2' | 'hybrid';

/**
 * The control groups of one server, below one parent. Nothing is assumed of folder names or of which controllers share a mount: all is read
 * from the mount table. Source: cgroups(7), proc_pid_mountinfo(5).
 */
export class CgroupTree {
  readonly mode: CgroupMode;

  private constructor(
    /** Mount point by controller, version 1. Includes hierarchies we set nothing in, since runc makes a group in each. */
    private readonly v1: ReadonlyMap<string, string>,
    /** Mount point of the unified tree. */
    private readonly unified: string | undefined,
    private readonly unifiedControllers: ReadonlySet<string>,
    private readonly parent: string,
  ) {
    this.mode = unified === undefined ? 'v1' : v1.size === 0 ? 'v2' : 'hybrid';
  }

  /** @param mountInfo text of /proc/self/mountinfo @param parent path below each mount point, with a leading slash */
  static read(mountInfo: string, parent: string): CgroupTree {
    const v1 = new Map<string, string>();
    let unified: string | undefined;
    for (const line of mountInfo.split('\n')) {
      const [before, after] = line.split(' - ');
      const point = before?.split(' ')[4];
      const [type, , options] = after?.split(' ') ?? [];
      if (!point || !type) continue;
      if (type === 'cgroup2') unified ??= unescape(point);
      if (type !== 'cgroup') continue;
      for (const option of (options ?? '').split(',')) {
        if (!['rw', 'ro', 'xattr', 'clone_children', 'noprefix'].includes(option)) v1.set(option, unescape(point));
      }
    }
    const listed = unified === undefined ? '' : readText(join(unified, 'cgroup.controllers'));
    return new CgroupTree(v1, unified, new Set((listed ?? '').split(/\s+/).filter(Boolean)), parent);
  }

  /** Which version holds a controller here; undefined: it is not to be had. */
  versionOf(controller: Controller): 1 | 2 | undefined {
    if (this.v1.has(controller)) return 1;
    return this.unifiedControllers.has(controller) ? 2 : undefined;
  }

  /** An instance's group in the hierarchy that holds a controller. @throws Error it is not to be had */
  groupOf(controller: Controller, instance: string): string {
    const root = this.v1.get(controller) ?? (this.unifiedControllers.has(controller) ? this.unified : undefined);
    if (root === undefined) throw new Error(`no hierarchy has the controller ${controller}`);
    return join(root, this.parent, instance);
  }

  /** An instance's group in the tree that counts its processes; undefined on a server with version 1 alone. */
  unifiedGroup(instance: string): string | undefined {
    return this.unified === undefined ? undefined : join(this.unified, this.parent, instance);
  }

  /** A group that certainly holds the instance's processes. */
  processGroup(instance: string): string {
    return this.unifiedGroup(instance) ?? this.groupOf('pids', instance);
  }

  /** As runc wants it. */
  runtimePath(instance: string): string {
    return join(this.parent, instance);
  }

  /** Parents in every hierarchy, with the controllers handed down in the unified tree. Repeatable. */
  makeParents(): void {
    for (const root of this.roots()) mkdirSync(join(root, this.parent), { recursive: true });
    if (this.unified === undefined) return;
    const wanted = ['cpu', 'memory', 'pids', 'io'].filter((name) => this.unifiedControllers.has(name)).map((name) => `+${name}`);
    if (wanted.length === 0) return;
    let at = this.unified;
    for (const part of ['', ...this.parent.split('/').filter(Boolean)]) {
      at = join(at, part);
      writeFileSync(join(at, 'cgroup.subtree_control'), wanted.join(' '));
    }
  }

  /** An instance's groups where we set limits; runc makes the others. */
  makeGroups(instance: string, controllers: readonly Controller[]): void {
    for (const controller of controllers) mkdirSync(this.groupOf(controller, instance), { recursive: true });
  }

  /** Removes an instance's groups in every hierarchy, innermost first. Absent counts as done. @throws Error EBUSY a process is in one */
  removeGroups(instance: string): void {
    for (const root of this.roots()) removeTree(join(root, this.parent, instance));
  }

  /** Groups that exist of an instance. */
  groups(instance: string): string[] {
    return this.roots().map((root) => join(root, this.parent, instance)).filter(existsSync); // prettier-ignore
  }

  /** Instances that have a group anywhere. */
  instances(): readonly string[] {
    const names = this.roots().flatMap((root) => folders(join(root, this.parent)));
    return [...new Set(names)];
  }

  private roots(): string[] {
    return [...new Set([...this.v1.values(), ...(this.unified === undefined ? [] : [this.unified])])];
  }
}

/** A file's text, or undefined when it is not there. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENODEV') return undefined;
    throw error;
  }
}

function removeTree(path: string): void {
  for (const child of folders(path)) removeTree(join(path, child));
  try {
    rmdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function folders(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name); // prettier-ignore
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Mount points are escaped in octal. */
function unescape(point: string): string {
  return point.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}
