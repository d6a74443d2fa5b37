import { z } from 'zod';
import { ConsoleWish, OpenedConsole } from '../console';
import { AccountId, ServerId, VmId } from '../ids';
import { rpc } from '../rpc';

/**
 * Opens a console session on the instance's server, and notes that in the audit. Its token works once, within 60 s, for the caller alone.
 * @throws ResourceNotFound @throws Gone destroyed @throws MachineStopped it does not run @throws Unsupported its server cannot, with the reason
 * @throws ServiceUnavailable its server's agent does not answer @throws TooManyRequests
 */
export const openConsole = rpc({
  subject: 'vmapi.v1.vms.console',
  request: z.object({ id: VmId, owner: AccountId.optional(), wish: ConsoleWish }),
  reply: OpenedConsole.extend({ server: ServerId }),
  timeoutMs: 8_000,
});
