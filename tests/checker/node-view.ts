/** One thing found on a node. `vm` is the instance that it says it belongs to; undefined when it says none. */
export interface NodeThing {
  readonly kind: 'dataset' | 'container' | 'process' | 'namespace' | 'link' | 'rule' | 'cgroup' | 'socket' | 'record';
  readonly name: string;
  readonly vm: string | undefined;
}

/** All that one node holds of instances, read from its kernel or, for a simulated one, from its state on disk. */
export interface NodeView {
  readonly server: string;
  readonly things: readonly NodeThing[];
  /** Instances that run there right now, once an init process. */
  readonly running: readonly string[];
  /** Memory that the node lets each instance have, as it is enforced, in MiB; of those of which that can be read. */
  readonly memoryMiB: ReadonlyMap<string, number>;
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;

/** The first UUID in a text, if any. */
export function uuidIn(text: string): string | undefined {
  return uuid.exec(text)?.[0];
}
