import {
  ServiceError,
  type attachConsoleSession,
  type Caller,
  type ConsoleEnd,
  type OpenedConsole,
  type openConsoleSession,
  type VmId,
} from '@nereid/contracts';
import type { ServerDriver } from '@nereid/driver';
import type { Clock, Ids, Random } from '@nereid/ports';
import type { z } from 'zod';
import type { Log } from '../log';
import { toServiceFailure } from '../tasks/driver-failures';
import { ProgramSource } from './program-source';
import { ConsoleSession } from './session';
import { SharedConsole } from './shared-console';
import type { Source } from './source';
import type { StreamBus } from './stream-bus';
import { Tickets, type Ticket } from './tickets';

export interface ConsoleLimits {
  /** Sessions on this server at the same time, those that wait for their client included. */
  readonly sessionsMax: number;
  readonly perInstanceMax: number;
}

export interface ConsolePorts {
  readonly driver: ServerDriver;
  readonly streams: StreamBus;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly log: Log;
}

/** All sessions of one server: who may open one, what each is joined to, and that nothing is left of it. */
export class ConsoleSessions {
  private readonly tickets: Tickets;
  private readonly running = new Map<ConsoleSession, VmId>();
  private readonly consoles = new Map<VmId, Promise<SharedConsole>>();
  private isClosing = false;

  constructor(
    private readonly on: ConsolePorts,
    private readonly limits: ConsoleLimits,
  ) {
    this.tickets = new Tickets(on.clock, on.ids, on.random);
  }

  get count(): number {
    return this.running.size;
  }

  /** @throws ServiceError as in the contract */
  async open({ vm, wish }: z.output<typeof openConsoleSession.request>, caller: Caller): Promise<OpenedConsole> {
    if (this.isClosing) throw new ServiceError('ServiceUnavailable', 'this node agent is stopping');
    if (wish.kind === 'exec' && wish.mode === 'watch') throw new ServiceError('InvalidArgument', 'Only a console can be watched.');
    const { guest, instance } = this.on.driver;
    const can = (await guest.probe())[wish.kind];
    if (!can.available) throw new ServiceError('Unsupported', can.reason);
    const facts = await instance.inspect(vm);
    if (!facts) throw new ServiceError('ResourceNotFound', 'the instance is not on this server');
    if (facts.phase !== 'running') throw new ServiceError('Conflict', 'the instance does not run');
    const ofInstance = [...this.running.values()].filter((it) => it === vm).length + this.tickets.count(vm);
    if (ofInstance >= this.limits.perInstanceMax || this.running.size + this.tickets.count() >= this.limits.sessionsMax) {
      throw new ServiceError('TooManyRequests', 'There are too many sessions already; end one.');
    }
    return this.tickets.issue(vm, wish, caller);
  }

  /** @throws ServiceError as in the contract */
  async attach({ vm, token }: z.output<typeof attachConsoleSession.request>, caller: Caller): Promise<Record<string, never>> {
    if (this.isClosing) throw new ServiceError('ServiceUnavailable', 'this node agent is stopping');
    const ticket = this.tickets.redeem(vm, token, caller);
    const { clock, log, streams } = this.on;
    const session = new ConsoleSession(ticket.wish.idleSeconds * 1000, clock, (end) => {
      this.running.delete(session);
      log.info({ vm, session: ticket.session, reason: end.reason }, 'a session at a console ended');
    });
    this.running.set(session, vm);
    let channel: Awaited<ReturnType<StreamBus['open']>> | undefined;
    try {
      channel = await streams.open(ticket.session, session.hear);
      const source = await this.sourceOf(ticket, session);
      if (this.isClosing) source.close();
      session.begin(channel, source);
      log.info({ vm, session: ticket.session, kind: ticket.wish.kind, mode: ticket.wish.mode }, 'a session at a console began');
      return {};
    } catch (error) {
      this.running.delete(session);
      channel?.close();
      throw toServiceFailure(error);
    }
  }

  /** Ends every session, each of which is told. */
  async close(): Promise<void> {
    this.isClosing = true;
    this.tickets.clear();
    for (const session of [...this.running.keys()]) session.end({ reason: 'agent-stopping' });
    await this.on.streams.close();
  }

  private async sourceOf({ vm, wish }: Ticket, session: ConsoleSession): Promise<Source> {
    if (wish.kind === 'exec') {
      const program = await this.on.driver.guest.exec(vm, { command: wish.command, terminal: wish.terminal });
      return new ProgramSource(program, session.pump, (end) => void this.programEnded(vm, session, end));
    }
    const console = await this.console(vm);
    return console.join(wish.mode, session.pump, () => session.end({ reason: 'stopped' }));
  }

  private async programEnded(vm: VmId, session: ConsoleSession, end: { exitCode?: number }): Promise<void> {
    const facts = await this.on.driver.instance.inspect(vm).catch(() => undefined);
    const reason: ConsoleEnd['reason'] = facts?.phase === 'running' ? 'exited' : 'stopped';
    session.end({ reason, ...end });
  }

  private console(vm: VmId): Promise<SharedConsole> {
    const known = this.consoles.get(vm);
    if (known) return known;
    const attaching = this.on.driver.guest
      .attachConsole(vm)
      .then((terminal) => new SharedConsole(vm, terminal, () => this.consoles.delete(vm)));
    this.consoles.set(vm, attaching);
    attaching.catch(() => this.consoles.delete(vm));
    return attaching;
  }
}
