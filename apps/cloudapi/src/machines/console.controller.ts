import { Bus } from '@nereid/bus';
import { cloudapi, consoleProtocol, getVm, openConsole, ServiceError, type ConsoleWish } from '@nereid/contracts';
import { ConsoleRelay } from '@nereid/platform';
import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import { Authenticator } from '../auth/authenticator';
import type { Answer, Call } from '../http/call';
import { Route } from '../http/route.decorator';
import { invalidArgument } from '../published-errors';
import { MachinesService } from './machines.service';

/** Consoles of instances and programs in them. */
@Controller()
export class ConsoleController {
  constructor(
    private readonly bus: Bus,
    private readonly machines: MachinesService,
    private readonly relay: ConsoleRelay,
    private readonly authenticator: Authenticator,
  ) {}

  @Route(cloudapi.openMachineConsole)
  async open(call: Call<typeof cloudapi.openMachineConsole>): Promise<Answer<typeof cloudapi.openMachineConsole>> {
    const { id, owner } = this.machines.aim(call);
    const opened = await this.bus.call(openConsole, { id, owner, wish: wishOf(call.input) }, call.caller);
    const { session, token, expiresInMs } = opened;
    return { body: { id: session, token, protocol: consoleProtocol, expires_in_seconds: Math.floor(expiresInMs / 1000) } };
  }

  @Route(cloudapi.connectMachineConsole)
  async connect(call: Call<typeof cloudapi.connectMachineConsole>): Promise<Answer<typeof cloudapi.connectMachineConsole>> {
    // Whose it is is asked again: the token says only who opened it.
    const { id, owner } = this.machines.aim(call);
    const { server } = await this.bus.call(getVm, { id, owner }, call.caller);
    if (server === undefined) throw new ServiceError('MachineStopped', `Instance ${id} does not run; start it first.`);
    const signed = call.request.cloud.signed!;
    const mayStay = (): Promise<boolean> => this.authenticator.mayStay(signed);
    await this.relay.join(call.request, call.reply, { vm: id, server, caller: call.caller, mayStay });
    return { taken: true };
  }
}

function wishOf(input: z.output<typeof cloudapi.openMachineConsole.input>): ConsoleWish {
  const { kind, mode, command, columns, rows, idle_seconds: idleSeconds } = input;
  if ((columns === undefined) !== (rows === undefined)) throw invalidArgument('columns', 'columns and rows come together');
  const terminal = columns === undefined || rows === undefined ? undefined : { columns, rows };
  return { kind, mode, command, idleSeconds, ...(terminal && { terminal }) };
}
