import { createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { Brand, VmId } from '@nereid/contracts';
import type { NodeCapacity, ServerDriver } from '@nereid/driver';
import type { Clock } from '@nereid/ports';
import type { Faults } from './faults';
import { SimulatedGuests } from './guest';
import { SimulatedImages } from './image';
import { SimulatedInstances } from './instance';
import { Latency } from './latency';
import { SimulatedLimits } from './limits';
import { SimulatedNetwork } from './network';
import { SimulatedNode } from './node';
import { SimulatedFigures } from './observe';
import { StateFolder } from './state-folder';
import { SimulatedStorage } from './storage';
import { SimulatedTracer } from './trace';
import { partsOf } from './stored-instance';
import { World } from './world';

export interface SimulatedServerOptions {
  /** Makes this server's latencies and its pool its own; the same name is the same server again. */
  readonly name: string;
  readonly clock: Clock;
  /** 0: nothing takes time; 1: what it takes on real servers. */
  readonly latencyScale: number;
  /** Where its instances outlive the process; without it they end with it. */
  readonly folder?: string;
  readonly brands?: readonly Brand[];
  readonly nicTags?: readonly string[];
  readonly capacity?: NodeCapacity;
  /** Every image counts as present: for runs whose subject is not the image. */
  readonly allImagesPresent?: boolean;
}

/** A server that exists only in memory. Only the driver is simulated: journal, reports and retries above it are the real ones. */
export class SimulatedServer implements ServerDriver {
  readonly kind = 'simulated';
  readonly image: SimulatedImages;
  readonly storage: SimulatedStorage;
  readonly network: SimulatedNetwork;
  readonly instance: SimulatedInstances;
  readonly limits: SimulatedLimits;
  readonly guest: SimulatedGuests;
  readonly observe: SimulatedFigures;
  readonly trace: SimulatedTracer;
  readonly node: SimulatedNode;
  private readonly world: World;

  constructor(options: SimulatedServerOptions) {
    const { name, clock } = options;
    const capacity = options.capacity ?? { cpuCores: 32, memoryMiB: 262_144, diskGiB: 4_096 };
    const nicTags = options.nicTags ?? ['admin', 'external', 'internal'];
    const world = new World(
      clock,
      new Latency(options.latencyScale, name),
      options.folder === undefined ? undefined : new StateFolder(options.folder),
    );
    this.world = world;
    this.image = new SimulatedImages(world, options.allImagesPresent ?? false);
    this.storage = new SimulatedStorage(world, this.image);
    this.network = new SimulatedNetwork(world, nicTags);
    this.instance = new SimulatedInstances(world, poolIdOf(name), options.brands ?? ['lx', 'joyent', 'joyent-minimal', 'bhyve']);
    this.limits = new SimulatedLimits(world);
    this.guest = new SimulatedGuests(world);
    this.observe = new SimulatedFigures(world, capacity);
    this.trace = new SimulatedTracer(world, name);
    const facts = {
      hostname: name,
      os: 'simulated',
      kernel: '0',
      platform: 'simulated-1',
      cpuModel: 'simulated',
      bootedAtMs: clock.nowMs(),
      nicTags,
    };
    this.node = new SimulatedNode(world, facts, capacity);
  }

  /** What is to go wrong. */
  get faults(): Faults {
    return this.world.faults;
  }

  /** The guest's end of its metadata socket. */
  connectMetadata(id: VmId): Duplex {
    return this.guest.connect(id);
  }

  /** The guest ends by itself. */
  halt(id: VmId, exitCode = 0): void {
    this.world.end(id, exitCode);
  }

  /** The guest no longer listens when it is asked to stop. */
  ignoreStop(id: VmId): void {
    this.world.change(id, (stored) => (stored.ignoresStop = true));
  }

  /** The guest writes so many bytes of its own. */
  occupy(id: VmId, bytes: number): void {
    this.world.change(id, (stored) => {
      if (stored.root) stored.root = { ...stored.root, ownBytes: (stored.root.ownBytes ?? 0) + bytes };
    });
  }

  /** All that is left of an instance, or of any when none is named, as `<id> <part>`. */
  leftovers(id?: VmId): string[] {
    const of = id === undefined ? [...this.world.instances.values()] : [this.world.get(id)].filter((it) => it !== undefined);
    const parts = of.flatMap((stored) => partsOf(stored).map((part) => `${stored.id} ${part}`));
    const sockets = [...this.world.metadata.keys()].filter((it) => id === undefined || it === id).map((it) => `${it} metadata socket`);
    return [...parts, ...sockets];
  }
}

function poolIdOf(name: string): string {
  return createHash('sha256').update(`pool of ${name}`).digest('hex').slice(0, 16);
}
