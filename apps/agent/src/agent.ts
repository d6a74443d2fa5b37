import { readFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { connectBus, type Bus } from '@nereid/bus';
import { SimulatedServer } from '@nereid/driver-simulated';
import type { ServerDriver } from '@nereid/driver';
import type { Clock, Ids, Random, Runner } from '@nereid/ports';
import type { AgentConfig } from './config';
import { serveControl, type Controlled } from './control/control-socket';
import { enrol } from './enrolment/enrol';
import type { Identity } from './enrolment/identity';
import { makeHttpGet } from './images/http-get';
import type { Log } from './log';
import { nodeBusOf, streamBusOf } from './nats-node-bus';
import { NodeAgent } from './node-agent';
import type { CrashPoint } from './ports/crash-point';
import { seatsOf, type Seat } from './seats';
import { agentVersion } from './version';

/** The whole process: one real server, or any number of simulated ones. */
export class Agent {
  private nodes: NodeAgent[] = [];
  private control: Server | undefined;
  private readonly stopping = new AbortController();

  constructor(
    private readonly config: AgentConfig,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly random: Random,
    private readonly runner: Runner,
    private readonly log: Log,
    private readonly crash: CrashPoint,
  ) {}

  /** Resolves when every server is in service. @throws Error one cannot be */
  async start(): Promise<void> {
    const { config } = this;
    const ca = config.caFile === undefined ? undefined : readFileSync(config.caFile, 'utf8');
    const controlled: Controlled[] = [];
    const start = async (seat: Seat, index: number): Promise<NodeAgent> => {
      const token = (): string => tokenFor(config.enrolment.tokenFile, index);
      const seatOptions = { folder: seat.folder, url: config.enrolment.url, ca, token, hostname: seat.hostname, driver: config.driver };
      const identity = await enrol(seatOptions, this.clock, this.log, this.stopping.signal);
      const driver = seat.driver(identity);
      if (driver instanceof SimulatedServer) controlled[index] = { id: identity.enrolled.server, simulated: driver };
      return this.startNode(seat, identity, driver, ca);
    };
    // A few at a time: a thousand simulated servers must not ask for a thousand enrolments at once.
    const seats = seatsOf(config, this.clock, this.runner, this.log);
    for (let at = 0; at < seats.length; at += 16) {
      this.nodes.push(...(await Promise.all(seats.slice(at, at + 16).map((seat, offset) => start(seat, at + offset)))));
    }
    if (config.driver === 'simulated' && config.simulated.controlSocket !== undefined) {
      this.control = await serveControl(config.simulated.controlSocket, controlled);
    }
  }

  /** Ends tasks and connections; instances stay as they are. Safe to repeat. */
  async stop(): Promise<void> {
    this.stopping.abort(new Error('the agent stops'));
    this.control?.close();
    const nodes = this.nodes;
    this.nodes = [];
    await Promise.all(nodes.map((node) => node.stop()));
  }

  private async startNode(seat: Seat, identity: Required<Identity>, driver: ServerDriver, ca: string | undefined): Promise<NodeAgent> {
    const { config, log } = this;
    const { server, userJwt, busServers } = identity.enrolled;
    const options = {
      server,
      driver,
      journalFile: join(seat.folder, 'journal'),
      fsync: config.journal.fsync,
      tasks: config.tasks,
      console: config.console,
      beatEveryMs: config.beatEveryMs,
      framesEveryMs: config.framesEveryMs,
      agentVersion,
    };
    const connect = (): Promise<Bus> =>
      connectBus({
        name: 'agent',
        server,
        servers: config.bus.servers ?? busServers,
        credentials: { jwt: userJwt, seed: identity.seed },
        caFile: config.bus.caFile,
        signal: this.stopping.signal,
        clock: this.clock,
        log: log.child({ server }),
      });
    return NodeAgent.start(options, {
      clock: this.clock,
      ids: this.ids,
      random: this.random,
      log,
      crash: this.crash,
      get: makeHttpGet(ca),
      connect: async () => nodeBusOf(await connect(), server),
      connectStreams: async () => streamBusOf(await connect(), server),
    });
  }
}

function tokenFor(file: string, index: number): string {
  const tokens = readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const token = tokens[index];
  if (token === undefined) throw new Error(`${file} holds ${tokens.length} enrolment tokens; server ${index} needs one of its own`);
  return token;
}
