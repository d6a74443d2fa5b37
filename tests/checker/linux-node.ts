import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { uuidIn, type NodeThing, type NodeView } from './node-view';

/** Where to look for one Linux node: the box that it lives in, and the two places whose names the box does not tell. */
export interface LinuxNodeAt {
  readonly server: string;
  /** A process inside the box, as the host numbers it. */
  readonly pid: number;
  /** The agent's folder for what does not outlive a restart, as seen inside the box. */
  readonly runDir: string;
  /** Parent of the instances' control groups, below each hierarchy's mount point. */
  readonly cgroupParent: string;
}

/** Reads everything that a Linux node's kernel and pool hold of instances, by the system's own programs. Needs root. */
export function readLinuxNode(at: LinuxNodeAt): NodeView {
  const inside = (...argv: string[]): string =>
    execFileSync('nsenter', ['-t', String(at.pid), '-m', '-n', '-p', ...argv], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 20_000,
    });
  const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
  const folder = (path: string): string[] => {
    // A missing folder is an empty one: `ls` says so by its exit code.
    try {
      return lines(inside('ls', '-A', path));
    } catch {
      return [];
    }
  };
  const thing = (kind: NodeThing['kind'], name: string, says = name): NodeThing => ({ kind, name, vm: uuidIn(says) });

  const datasets = lines(inside('zfs', 'list', '-H', '-o', 'name', '-t', 'filesystem,snapshot'))
    .filter((name) => /\/instances\/./.test(name))
    .map((name) => thing('dataset', name));
  const namespaces = folder('/run/netns').map((name) => thing('namespace', name));
  const containers = folder(join(at.runDir, 'runc')).map((name) => thing('container', name));
  const sockets = folder(join(at.runDir, 'metadata')).map((name) => thing('socket', name));
  const bundles = folder(join(at.runDir, 'instances')).map((name) => thing('record', join('instances', name)));

  const links = JSON.parse(inside('ip', '-j', 'link', 'show', 'type', 'veth') || '[]') as { ifname: string; ifalias?: string }[];
  const aliasOf = new Map(links.map((link) => [link.ifname, link.ifalias ?? '']));
  // The box's own way out has no instance's id and is none of an instance's.
  const ports = links.filter((link) => link.ifname.startsWith('nv')).map((link) => thing('link', link.ifname, link.ifalias ?? ''));
  const tables = lines(inside('nft', 'list', 'tables', 'netdev')).map((line) => line.split(' ').at(-1)!);
  const rules = tables.map((name) => thing('rule', `netdev ${name}`, aliasOf.get(name) ?? ''));

  const cgroups = hierarchies().flatMap((root) =>
    childrenOf(join(root, at.cgroupParent)).map((name) => thing('cgroup', join(root, at.cgroupParent, name), name)),
  );
  const firstProcesses = initProcesses(at.cgroupParent);
  const processes = firstProcesses.map(({ pid, vm }) => ({ kind: 'process' as const, name: `pid ${pid}`, vm }));
  return {
    server: at.server,
    things: [...datasets, ...namespaces, ...containers, ...processes, ...sockets, ...bundles, ...ports, ...rules, ...cgroups],
    running: firstProcesses.map(({ vm }) => vm),
    memoryMiB: new Map(hierarchies().flatMap((root) => memoryLimits(join(root, at.cgroupParent)))),
  };
}

/** Mount points of control group hierarchies. */
function hierarchies(): string[] {
  const points = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '));
  return points.filter(([, , type]) => type === 'cgroup' || type === 'cgroup2').map(([, point]) => point!);
}

function childrenOf(path: string): string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

/** Memory limits of the instances below a parent, in whichever version's file its hierarchy has. */
function memoryLimits(parent: string): (readonly [string, number])[] {
  return childrenOf(parent).flatMap((vm) =>
    ['memory.limit_in_bytes', 'memory.max']
      .map((file) => join(parent, vm, file))
      .filter(existsSync)
      .map((file) => [vm, Number(readFileSync(file, 'utf8')) / 1024 ** 2] as const),
  );
}

/** Instances that have an init process: number 1 of a process namespace, in a group below the parent. One entry a process. */
function initProcesses(cgroupParent: string): { pid: number; vm: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const group = readFileSync(`/proc/${pid}/cgroup`, 'utf8')
          .split('\n')
          .find((line) => line.includes(`${cgroupParent}/`));
        if (!group) return [];
        const numbers = /^NSpid:\s+(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]?.split(/\s+/) ?? [];
        const vm = uuidIn(group);
        return numbers.at(-1) === '1' && vm ? [{ pid: Number(pid), vm }] : [];
      } catch {
        return []; // it ended while we looked
      }
    });
}
