import { createServer, type Server, type Socket } from 'node:net';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { VmId, type ServerId } from '@nereid/contracts';
import { driverErrorCodes, type DriverErrorCode } from '@nereid/driver';
import { operations, type Operation, type SimulatedServer } from '@nereid/driver-simulated';
import { z } from 'zod';

const FaultCommand = z.strictObject({
  operation: z.enum(['*', ...(Object.keys(operations) as [Operation, ...Operation[]])]),
  id: z.string().optional(),
  mode: z.enum(['fail', 'hang', 'act-and-lose-reply', 'slow']),
  code: z.enum(Object.keys(driverErrorCodes) as [DriverErrorCode, ...DriverErrorCode[]]).optional(),
  message: z.string().optional(),
  delayMs: z.number().optional(),
  times: z.number().int().optional(),
});

/** One command. `server` is an id or a number counted from 0; without it the command goes to every server. */
const Command = z.strictObject({
  server: z.union([z.string(), z.number().int()]).optional(),
  fault: FaultCommand.optional(),
  clearFaults: z.literal(true).optional(),
  /** The guest of this instance ends by itself. */
  halt: VmId.optional(),
  ignoreStop: VmId.optional(),
  /** Answers everything that is on the servers. */
  leftovers: z.literal(true).optional(),
});

export interface Controlled {
  readonly id: ServerId;
  readonly simulated: SimulatedServer;
}

/** Lets tests steer simulated servers from outside: one JSON command a line, one JSON answer a line. Never offered for real servers. */
export function serveControl(path: string, servers: readonly Controlled[]): Promise<Server> {
  rmSync(path, { force: true });
  const server = createServer((socket) => serve(socket, servers));
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(path, () => resolve(server));
  });
}

function serve(socket: Socket, servers: readonly Controlled[]): void {
  socket.on('error', () => socket.destroy());
  createInterface({ input: socket }).on('line', (line) => {
    let answer: unknown;
    try {
      answer = obey(Command.parse(JSON.parse(line)), servers);
    } catch (error) {
      answer = { error: error instanceof Error ? error.message : String(error) };
    }
    socket.write(`${JSON.stringify(answer)}\n`);
  });
}

function obey(command: z.infer<typeof Command>, servers: readonly Controlled[]): unknown {
  const chosen = servers.filter((it, index) => command.server === undefined || command.server === it.id || command.server === index);
  if (chosen.length === 0) throw new Error(`no server ${command.server}`);
  for (const { simulated } of chosen) {
    if (command.clearFaults) simulated.faults.clear();
    if (command.fault) simulated.faults.add(command.fault);
    if (command.halt) simulated.halt(command.halt);
    if (command.ignoreStop) simulated.ignoreStop(command.ignoreStop);
  }
  return {
    servers: chosen.map(({ id, simulated }) => ({ server: id, ...(command.leftovers && { leftovers: simulated.leftovers() }) })),
  };
}
