import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeThing, NodeView } from './node-view';

interface Stored {
  readonly id: string;
  readonly root?: unknown;
  readonly ports?: readonly { readonly mac: string }[];
  readonly limits?: { readonly memoryMiB?: number };
  readonly spec?: unknown;
  readonly pid?: number;
}

/** Reads simulated servers from their folders: a file an instance, with the parts that a real server would hold of it. */
export function readSimulatedNodes(folder: string): NodeView[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'identity.json')))
    .map((entry) => readServer(join(folder, entry.name)));
}

function readServer(folder: string): NodeView {
  const identity = JSON.parse(readFileSync(join(folder, 'identity.json'), 'utf8')) as { enrolled?: { server: string } };
  const instances = join(folder, 'instances');
  const stored = (existsSync(instances) ? readdirSync(instances) : [])
    .filter((name) => !name.endsWith('.new'))
    .map((name) => JSON.parse(readFileSync(join(instances, name), 'utf8')) as Stored);
  return {
    server: identity.enrolled?.server ?? 'not enrolled',
    things: stored.flatMap(partsOf),
    running: stored.filter((instance) => instance.pid !== undefined).map((instance) => instance.id),
    memoryMiB: new Map(stored.flatMap(({ id, limits }) => (limits?.memoryMiB === undefined ? [] : [[id, limits.memoryMiB] as const]))),
  };
}

function partsOf(instance: Stored): NodeThing[] {
  const part = (kind: NodeThing['kind'], name: string): NodeThing => ({ kind, name: `${instance.id} ${name}`, vm: instance.id });
  return [
    part('record', 'file'),
    ...(instance.root ? [part('dataset', 'root')] : []),
    ...(instance.ports ?? []).map((port) => part('link', port.mac)),
    ...(instance.limits ? [part('cgroup', 'limits')] : []),
    ...(instance.pid === undefined ? [] : [part('process', String(instance.pid))]),
  ];
}
