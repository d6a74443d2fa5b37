import { z } from 'zod';

/** `<session>.<secret>`. Shown once, to the one who opened the session. */
export const ConsoleToken = z
  .string()
  .regex(/^[0-9a-f-]{36}\.[\w-]{43}$/, 'must be the token of a session')
  .brand<'ConsoleToken'>();
export type ConsoleToken = z.infer<typeof ConsoleToken>;

export const Terminal = z.object({ columns: z.number().int().min(1).max(1000), rows: z.number().int().min(1).max(1000) });

/** What a session is to be. */
export const ConsoleWish = z.object({
  /** `console`: the instance's own console, shared by all who open it. `exec`: a program of its own in the instance, as root. */
  kind: z.enum(['console', 'exec']).default('console'),
  /** `watch`: sees the console and cannot type. */
  mode: z.enum(['type', 'watch']).default('type'),
  /** Of `exec`: the program and its arguments; a login shell when empty. */
  command: z.array(z.string().max(4096)).max(256).default([]),
  /** Of `exec`: with it the program has a terminal of this size; without it, apart standard output and error. */
  terminal: Terminal.optional(),
  /** Ends when for so long nothing was typed and nothing came. */
  idleSeconds: z.number().int().min(1).max(86_400).default(900),
});
export type ConsoleWish = z.infer<typeof ConsoleWish>;

/** A session that waits for its client. */
export const OpenedConsole = z.object({ session: z.uuid(), token: ConsoleToken, expiresInMs: z.number().int() });
export type OpenedConsole = z.infer<typeof OpenedConsole>;

/** Why a session ended. */
export const ConsoleEnd = z.object({
  reason: z.enum([
    /** The program ended by itself. */
    'exited',
    /** The instance stopped. */
    'stopped',
    'idle',
    /** The node's agent stops; the instance runs on. */
    'agent-stopping',
    /** The client is gone, or fell silent. */
    'hung-up',
    /** Frames were lost or not understood. */
    'broken',
  ]),
  /** Of a program that ended: its exit code, or 128 + signal. */
  exitCode: z.number().int().optional(),
  message: z.string().optional(),
});
export type ConsoleEnd = z.infer<typeof ConsoleEnd>;
