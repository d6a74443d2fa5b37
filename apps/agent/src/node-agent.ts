import { attachConsoleSession, openConsoleSession, taskCancel, taskRun, type ServerId } from '@nereid/contracts';
import type { ServerDriver } from '@nereid/driver';
import type { Clock, Ids, Random } from '@nereid/ports';
import { ConsoleSessions, type ConsoleLimits } from './console/console-sessions';
import { StreamsOnDemand, type StreamBus } from './console/stream-bus';
import type { HttpGet } from './images/http-get';
import { ImagePuller } from './images/image-puller';
import { Frames } from './figures/frames';
import { Instrumenter } from './figures/instrumenter';
import { InstanceBook } from './instances/instance-book';
import { InventoryTaker } from './instances/inventory-taker';
import { Journal } from './journal/journal';
import type { Log } from './log';
import { MetadataServer } from './metadata/metadata-server';
import type { NodeBus } from './node-bus';
import type { CrashPoint } from './ports/crash-point';
import { startBeats } from './reports/beats';
import { FactsReport } from './reports/facts-report';
import { OutcomeReports } from './reports/outcomes';
import { Reporter } from './reports/reporter';
import { TaskEngine, type EngineOptions } from './tasks/task-engine';

export interface NodeAgentOptions {
  readonly server: ServerId;
  readonly driver: ServerDriver;
  readonly journalFile: string;
  readonly fsync: boolean;
  readonly tasks: EngineOptions;
  readonly console: ConsoleLimits;
  readonly beatEveryMs: number;
  /** 0: no figures. */
  readonly framesEveryMs: number;
  readonly agentVersion: string;
}

export interface NodeAgentPorts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly log: Log;
  readonly crash: CrashPoint;
  readonly get: HttpGet;
  /** Connects as this server; called once, after what needs no bus is done. */
  readonly connect: () => Promise<NodeBus>;
  /** A second connection, for the bytes of sessions; called when it is needed. */
  readonly connectStreams: () => Promise<StreamBus>;
}

/** One server's agent: takes tasks, keeps its journal, serves its guests, says what it sees. Any number of them share a process. */
export class NodeAgent {
  private readonly stopping = new AbortController();

  private constructor(
    readonly engine: TaskEngine,
    private readonly journal: Journal,
    private readonly driver: ServerDriver,
    private readonly bus: NodeBus,
    private readonly consoles: ConsoleSessions,
  ) {}

  /**
   * Starts in this order: journal (a new boot), server made ready, a look at what is there, then the bus; guests' sockets and what the last boot left
   * unfinished before new work is taken. @throws Error the journal cannot be read, or the driver cannot prepare the server
   */
  static async start(options: NodeAgentOptions, ports: NodeAgentPorts): Promise<NodeAgent> {
    const { driver, server } = options;
    const { clock, crash, ids, random } = ports;
    const log = ports.log.child({ server });
    const journal = await Journal.open({ file: options.journalFile, fsync: options.fsync }, clock, log);
    await driver.node.prepare(AbortSignal.timeout(120_000));
    const inventory = new InventoryTaker(driver);
    const instances = new InstanceBook(driver, journal);
    const found = await inventory.take();
    await instances.load(found.instances);

    const bus = await ports.connect();
    const facts = new FactsReport(journal.boot, options.agentVersion, driver, bus, clock, log);
    const reporter = new Reporter(journal.boot, driver, instances, inventory, bus, clock, log);
    const outcomes = new OutcomeReports(journal, bus, clock, log);
    const images = new ImagePuller(driver, bus, ports.get, clock, log, () => facts.look());
    const metadata = new MetadataServer(server, driver, instances, bus, clock, ids, log);
    const listener = { touched: reporter.touched.bind(reporter), outcomeWaits: outcomes.kick.bind(outcomes) };
    const bench = { driver, clock, images, instances, metadata, inventory };
    const engine = new TaskEngine(bench, journal, clock, crash, log, listener, options.tasks);
    const streams = new StreamsOnDemand(ports.connectStreams, clock);
    const consoles = new ConsoleSessions({ driver, streams, clock, ids, random, log }, options.console);
    const agent = new NodeAgent(engine, journal, driver, bus, consoles);

    const { signal } = agent.stopping;
    await metadata.serveAll(found.instances.flatMap(({ spec }) => spec ?? []));
    for (const outcome of engine.recover()) outcome.catch((err: unknown) => log.error({ err }, 'a task of the last boot could not go on'));
    bus.serve(taskRun, (request) => engine.run(request));
    bus.serve(openConsoleSession, (request, caller) => consoles.open(request, caller));
    bus.serve(attachConsoleSession, (request, caller) => consoles.attach(request, caller));
    bus.serve(taskCancel, ({ taskId }) => engine.cancel(taskId));
    const beat = {
      everyMs: options.beatEveryMs,
      server,
      boot: journal.boot,
      seq: () => reporter.seq,
      unacknowledged: () => journal.unacknowledgedCount,
    };
    startBeats(beat, bus, clock, signal);
    const frame = { everyMs: options.framesEveryMs, server, boot: journal.boot };
    if (frame.everyMs > 0) {
      const instrumenter = new Instrumenter(server, driver.trace, bus, clock);
      instrumenter.start();
      new Frames(frame, driver, instances, instrumenter, bus, clock, log).start(signal);
    }
    facts.start(signal);
    reporter.start(signal);
    outcomes.start(signal);
    await reporter.snapshot().catch((err: unknown) => log.warn({ err }, 'the state of all instances could not be said'));
    log.info({ boot: journal.boot, instances: found.instances.length, unfinished: engine.size }, 'the server is in service');
    return agent;
  }

  /** Lets tasks end (at most `withinMs`) and leaves the instances as they are. What did not end goes on in the next boot. */
  async stop(withinMs = 10_000): Promise<void> {
    await this.consoles.close();
    await this.engine.close(withinMs);
    this.stopping.abort();
    this.driver.trace.close();
    await this.bus.close();
    await this.driver.node.close();
    await this.journal.close();
  }
}
