import { Bus } from '@nereid/bus';
import { adminapi, consoleProtocol, openConsole } from '@nereid/contracts';
import { Controller } from '@nestjs/common';
import type { Answer, Call } from '../http/call';
import { Route } from '../http/route.decorator';

/** Sessions at consoles of instances, before their clients come: see {@link ConsolesGateway}. */
@Controller()
export class ConsoleController {
  constructor(private readonly bus: Bus) {}

  @Route(adminapi.openVmConsole)
  async open({ params, body, caller }: Call<typeof adminapi.openVmConsole>): Promise<Answer<typeof adminapi.openVmConsole>> {
    const wish = { kind: 'console' as const, mode: body.mode, command: [], idleSeconds: body.idle_seconds };
    const { session, token, expiresInMs } = await this.bus.call(openConsole, { id: params.uuid, wish }, caller);
    return { body: { uuid: session, token, protocol: consoleProtocol, expires_in_seconds: Math.floor(expiresInMs / 1000) } };
  }
}
