import { ConsoleConnection } from '@nereid/client/console';
import { operatorRoutes as routes } from '@nereid/contracts/light';
import { call, client } from '../../../api/call';
import type { OpenSession } from './seat';

/** Sessions at an instance's console, by the operators' door. */
export function sessionsAt(vm: string): OpenSession {
  return async (mode, listener) => {
    const { token } = await call(routes.openVmConsole, { params: { uuid: vm }, body: { mode } });
    return new ConsoleConnection(client.consoleSocket(vm, token), listener);
  };
}
