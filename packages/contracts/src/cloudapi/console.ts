import { z } from 'zod';
import { consoleProtocol } from '../console';
import { MachineParams } from './machine';
import { route } from './route';
import { NoInput, WireInteger } from './wire-values';

/** A session that waits for its client, as the API shows it. */
export const ConsoleSessionObject = z.object({
  id: z.uuid(),
  token: z.string(),
  /** Subprotocol to speak; beside it `token.<token>` is offered. */
  protocol: z.literal(consoleProtocol),
  expires_in_seconds: z.number().int(),
});
export type ConsoleSessionObject = z.infer<typeof ConsoleSessionObject>;

export const openMachineConsole = route({
  name: 'OpenMachineConsole',
  method: 'POST',
  path: '/:account/machines/:id/console',
  summary: "Opens a session at an instance's console, or with a program in it.",
  description:
    'Nothing runs yet: the token lets the same account connect once, within a minute, by ConnectMachineConsole. `kind` `exec` runs `command` (a login shell when there is none) as root in a ' +
    'zone, with a terminal when `columns` and `rows` are given. Somebody types at a console, others may `watch`. Not part of the older API.',
  params: MachineParams,
  input: z.object({
    kind: z.enum(['console', 'exec']).default('console'),
    mode: z.enum(['type', 'watch']).default('type'),
    command: z.array(z.string().max(4096)).max(256).default([]),
    columns: WireInteger.pipe(z.number().min(1).max(1000)).optional(),
    rows: WireInteger.pipe(z.number().min(1).max(1000)).optional(),
    idle_seconds: WireInteger.pipe(z.number().min(1).max(86_400)).default(900),
  }),
  reply: ConsoleSessionObject,
  status: 201,
  errors: ['InvalidArgument', 'MachineStopped', 'Gone', 'Unsupported', 'Timeout'],
});

export const connectMachineConsole = route({
  name: 'ConnectMachineConsole',
  method: 'GET',
  path: '/:account/machines/:id/console',
  summary: 'Connects to a session: a WebSocket of binary frames.',
  description: `Offer the subprotocols \`${consoleProtocol}\` and \`token.<token>\`. Not part of the older API.`,
  params: MachineParams,
  input: NoInput,
  status: 101,
  errors: ['UpgradeRequired', 'MachineStopped', 'InUse', 'InvalidArgument', 'Timeout'],
});
