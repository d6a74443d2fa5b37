import { z } from 'zod';
import { ConsoleToken, ConsoleWish, OpenedConsole } from '../console';
import { VmId } from '../ids';
import { nodeStream } from '../node-stream';
import { nodeRpc } from '../rpc';

/** Frames of console sessions, a channel a session. */
export const consoleStream = nodeStream('console');

/**
 * A session that waits 60 s for its client; nothing is started yet. Only the caller who opened it may attach.
 * @throws ResourceNotFound the instance is not on this server @throws Conflict it does not run @throws Unsupported with the reason
 * @throws TooManyRequests as many sessions as the server or the instance may have
 */
export const openConsoleSession = nodeRpc({
  verb: 'console.open',
  request: z.object({ vm: VmId, wish: ConsoleWish }),
  reply: OpenedConsole,
  timeoutMs: 5_000,
});

/**
 * Starts the session: from now on its frames flow. Whoever calls listens to the session's channel already. Not safe to repeat: a token works once.
 * @throws InvalidCredentials the token is unknown, used, too old, another's, or another instance's
 * @throws Conflict the instance does not run
 */
export const attachConsoleSession = nodeRpc({
  verb: 'console.attach',
  request: z.object({ vm: VmId, token: ConsoleToken }),
  reply: z.object({}),
  timeoutMs: 10_000,
});
