import { unavailable, type NodeCapacity, type NodeDriver, type NodeFacts } from '@nereid/driver';
import type { World } from './world';

const notHere = unavailable('a simulated server starts again with its agent');

export class SimulatedNode implements NodeDriver {
  constructor(
    private readonly world: World,
    private readonly is: NodeFacts,
    private readonly has: NodeCapacity,
  ) {}

  async probe() {
    return { reboot: notHere, platformUpdate: notHere };
  }

  prepare(): Promise<void> {
    return this.world.act('node.prepare', this.is.hostname, undefined, () => undefined);
  }

  async facts(): Promise<NodeFacts> {
    return this.is;
  }

  async capacity(): Promise<NodeCapacity> {
    return this.has;
  }

  async close(): Promise<void> {
    for (const { open } of this.world.metadata.values()) for (const socket of open) socket.destroy();
    this.world.metadata.clear();
  }
}
