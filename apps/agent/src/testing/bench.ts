import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { InstanceSpec, taskRun, type NodeTaskKind, type ServerId, type TaskId, type TaskOutcome, type VmId } from '@nereid/contracts';
import { SimulatedServer } from '@nereid/driver-simulated';
import { SystemClock, SystemIds, SystemRandom, type Clock } from '@nereid/ports';
import { CountingIds } from '@nereid/ports/fake';
import type { HttpGet } from '../images/http-get';
import { quietLog } from '../log';
import { NodeAgent } from '../node-agent';
import { noCrash, type CrashPlace, type CrashPoint } from '../ports/crash-point';
import { FakeNodeBus } from './fake-node-bus';
import { FakeStreams } from './fake-streams';

export const server = '00000000-0000-4000-8000-0000000000aa' as ServerId;
const ids = new SystemIds();
export const imageBytes = Buffer.from('an image '.repeat(500));

/** One simulated server and the agents that come and go on it, sharing journal and instances as a real server's would. */
export class Bench {
  readonly clock: Clock;
  readonly simulated: SimulatedServer;
  bus = new FakeNodeBus();
  readonly streams = new FakeStreams();
  agent: NodeAgent | undefined;
  private made: string | undefined;
  private readonly leftForDead: NodeAgent[] = [];

  constructor(options: { clock?: Clock; latencyScale?: number; allImagesPresent?: boolean } = {}) {
    this.clock = options.clock ?? new SystemClock();
    this.simulated = new SimulatedServer({
      name: 'bench',
      clock: this.clock,
      latencyScale: options.latencyScale ?? 0,
      allImagesPresent: options.allImagesPresent ?? true,
    });
  }

  /** Where the journal is; made when first asked for, so that a bench that never starts leaves nothing. */
  get folder(): string {
    return (this.made ??= mkdtempSync(join(tmpdir(), 'nereid-agent-')));
  }

  /** Starts an agent on the server; the one before is left as a killed one would be. */
  async start(
    options: { crash?: CrashPoint; replyWithinMs?: number; parallel?: number; fsync?: boolean; get?: HttpGet; framesEveryMs?: number } = {},
  ): Promise<NodeAgent> {
    this.bus = new FakeNodeBus();
    const bus = this.bus;
    if (this.agent) this.leftForDead.push(this.agent);
    this.agent = await NodeAgent.start(
      {
        server,
        driver: this.simulated,
        journalFile: join(this.folder, 'journal'),
        fsync: options.fsync ?? false,
        console: { sessionsMax: 6, perInstanceMax: 4 },
        tasks: { parallel: options.parallel ?? 8, replyWithinMs: options.replyWithinMs ?? 60_000 },
        beatEveryMs: 60_000,
        framesEveryMs: options.framesEveryMs ?? 0,
        agentVersion: 'test',
      },
      {
        clock: this.clock,
        ids: new CountingIds(),
        random: new SystemRandom(),
        log: quietLog(),
        crash: options.crash ?? noCrash,
        get: options.get ?? imageGet,
        connect: async () => bus,
        connectStreams: async () => this.streams,
      },
    );
    return this.agent;
  }

  run(kind: NodeTaskKind, spec: unknown, at: { taskId?: TaskId; generation?: number; epoch?: number; notAfterMs?: number } = {}) {
    const { taskId = aTaskId(), generation = 1, epoch = 1, notAfterMs = 60_000 } = at;
    return this.bus.call<TaskOutcome | { state: 'accepted' }>(taskRun, { taskId, kind, generation, epoch, notAfterMs, spec });
  }

  async close(): Promise<void> {
    await this.agent?.stop(1_000);
    // Their timers would keep the test's process alive. They wait for nobody: what they had begun never ends.
    await Promise.all(this.leftForDead.map((agent) => agent.stop(0)));
    if (this.made !== undefined) rmSync(this.made, { recursive: true, force: true });
  }
}

export const imageGet: HttpGet = async function* (_url, { from }) {
  yield imageBytes.subarray(from);
};

/** What imgapi would answer to `image.fetch`. */
export function imageAnswer() {
  return {
    url: 'http://door/1',
    sha256: createHash('sha256').update(imageBytes).digest('hex'),
    sizeBytes: imageBytes.length,
    compression: 'none',
  };
}

export function aTaskId(step = 'boot', direction: 'do' | 'undo' = 'do'): TaskId {
  return `${ids.sorted()}/${step}/${direction}` as TaskId;
}

export function aSpec(change: Partial<InstanceSpec> = {}): InstanceSpec {
  const id = ids.random() as VmId;
  return InstanceSpec.parse({
    id,
    owner: ids.random(),
    alias: 'web0',
    hostname: 'web0',
    brand: 'lx',
    image: { id: ids.random(), name: 'base', version: '1', os: 'linux', type: 'lx-dataset' },
    quotaGiB: 10,
    limits: { cpuShares: 100, memoryMiB: 512, swapMiB: 1024, maxProcesses: 1000 },
    nics: [
      { slot: 0, mac: '02:00:00:00:00:01', network: ids.random(), nicTag: 'external', ip: '10.0.0.5', prefixLength: 24, primary: true },
    ],
    customerMetadata: { greeting: 'hello' },
    datacenter: 'test',
    ...change,
  });
}

/** Stops for good at one place, as a killed process does. */
export class StoppingCrashPoint implements CrashPoint {
  readonly isArmed = true;
  readonly reached: Promise<void>;
  private tell!: () => void;

  constructor(private readonly place: CrashPlace) {
    this.reached = new Promise((resolve) => (this.tell = resolve));
  }

  reach(place: CrashPlace): Promise<void> {
    if (place !== this.place) return Promise.resolve();
    this.tell();
    return new Promise(() => undefined);
  }
}
