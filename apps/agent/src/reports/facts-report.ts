import { facts as factsReport, type Brand, type NodeFacts } from '@nereid/contracts';
import { probeAll, type ServerDriver } from '@nereid/driver';
import type { Clock } from '@nereid/ports';
import type { Log } from '../log';
import type { NodeBus } from '../node-bus';

const lookEveryMs = 60_000;
const shortestMs = 500;
const longestMs = 30_000;

/** Says what the server is, has and can do: at the start until it is heard, then when it differs. */
export class FactsReport {
  private heard = '';
  private delayMs = shortestMs;
  private cancelNext: (() => void) | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly boot: number,
    private readonly agentVersion: string,
    private readonly driver: ServerDriver,
    private readonly bus: NodeBus,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  start(signal: AbortSignal): void {
    signal.addEventListener('abort', () => this.cancelNext?.(), { once: true });
    this.look();
  }

  /** Looks now and says what is new. */
  look(): void {
    this.cancelNext?.();
    this.running = this.running.then(() => this.lookAndSay());
  }

  private async lookAndSay(): Promise<void> {
    let waitMs = lookEveryMs;
    try {
      const body = await gatherFacts(this.boot, this.agentVersion, this.driver);
      const text = JSON.stringify(body);
      if (text !== this.heard) {
        await this.bus.report(factsReport, body);
        this.heard = text;
      }
      this.delayMs = shortestMs;
    } catch (err) {
      this.log.warn({ err }, 'the facts of this server are not recorded yet');
      waitMs = this.delayMs;
      this.delayMs = Math.min(longestMs, this.delayMs * 2);
    }
    this.cancelNext?.();
    this.cancelNext = this.clock.after(waitMs, () => this.look());
  }
}

async function gatherFacts(boot: number, agentVersion: string, driver: ServerDriver): Promise<NodeFacts> {
  const [facts, capacity, capabilities, brands, images, inventory] = await Promise.all([
    driver.node.facts(),
    driver.node.capacity(),
    probeAll(driver),
    driver.instance.probe(),
    driver.image.list(),
    driver.instance.inventory(),
  ]);
  return {
    boot,
    hostname: facts.hostname,
    driver: driver.kind,
    agentVersion,
    platform: facts.platform,
    bootedAt: new Date(facts.bootedAtMs).toISOString(),
    capacity: { cpus: capacity.cpuCores, memoryMiB: capacity.memoryMiB, diskGiB: capacity.diskGiB },
    brands: (Object.keys(brands) as Brand[]).filter((brand) => brands[brand].available),
    nicTags: [...facts.nicTags],
    capabilities: Object.fromEntries(
      Object.entries(capabilities).map(([name, can]) => [name, can.available ? { can: true } : { can: false, reason: can.reason }]),
    ),
    images: images.map((image) => image.id),
    poolId: inventory.poolId,
    ...(facts.address !== undefined && { address: facts.address }),
  };
}
