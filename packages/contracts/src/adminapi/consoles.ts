import { z } from 'zod';
import { consoleProtocol, ConsoleToken } from '../console';
import { route } from './route';
import { VmParams } from './wire-values';

/** A session that waits for its client. */
export const ConsoleSessionObject = z.object({
  uuid: z.uuid(),
  token: ConsoleToken,
  /** Subprotocol to speak; beside it `token.<token>` is offered. */
  protocol: z.literal(consoleProtocol),
  expires_in_seconds: z.number().int(),
});
export type ConsoleSessionObject = z.infer<typeof ConsoleSessionObject>;

export const openVmConsole = route({
  name: 'OpenVmConsole',
  method: 'POST',
  path: '/vmapi/vms/:uuid/console',
  summary: "Opens a session at an instance's console.",
  description:
    'The token lets the same operator connect once, within a minute, by the WebSocket `GET /console?vm=`. One person types at a console, an ' +
    'operator or a customer; whoever else wants to is refused with InUse when connecting, and may `watch`. The audit of the instance says who came.',
  params: VmParams,
  body: z.strictObject({
    mode: z.enum(['type', 'watch']).default('type'),
    idle_seconds: z.number().int().min(1).max(86_400).default(900).describe('Ends when for so long nothing was typed and nothing came.'),
  }),
  reply: ConsoleSessionObject,
  status: 201,
  errors: ['ResourceNotFound', 'Gone', 'MachineStopped', 'Unsupported'],
});
