import type { CloudClient } from '@nereid/client';
import { ConsoleConnection, consoleProtocols, type ConsoleOutcome, type ConsoleSocket } from '@nereid/client/console';
import type { OperatorClient } from '@nereid/client/operator';
import { adminapi, cloudapi } from '@nereid/contracts';
import { WebSocket } from 'ws';
import type { Customer } from './customer';
import { eventually } from './eventually';

export type ConsoleInput = Parameters<typeof CloudClient.prototype.call<typeof cloudapi.openMachineConsole>>[2];

/** A session as somebody sits at it: what was shown so far, and keys. */
export class Sitting {
  private text = '';
  private errors = '';
  skipped = 0;
  private readonly connection: ConsoleConnection;

  private constructor(
    private readonly socket: WebSocket,
    take: (bytes: Uint8Array, taken: () => void) => void,
  ) {
    this.connection = new ConsoleConnection(socket as unknown as ConsoleSocket, {
      onOutput: (bytes, taken) => {
        this.text += Buffer.from(bytes).toString('latin1');
        take(bytes, taken);
      },
      onError: (bytes, taken) => {
        this.errors += Buffer.from(bytes).toString('latin1');
        taken();
      },
      onSkipped: (bytes) => void (this.skipped += bytes),
    });
  }

  /** Opens a session and connects to it. @param take what to do with bytes; they are taken in at once unless told */
  static async at(
    customer: Customer,
    machine: string,
    input: ConsoleInput = {},
    take: (bytes: Uint8Array, taken: () => void) => void = (_, taken) => taken(),
  ): Promise<Sitting> {
    const { body } = await customer.client.call(cloudapi.openMachineConsole, { id: machine }, input);
    return Sitting.connect(customer, machine, body.token, take);
  }

  /** @throws Error with the status and code with which the door refused */
  static async connect(
    customer: Customer,
    machine: string,
    token: string,
    take: (bytes: Uint8Array, taken: () => void) => void = (_, taken) => taken(),
  ): Promise<Sitting> {
    const { url, ...options } = await customer.client.webSocketRequest(cloudapi.connectMachineConsole, { id: machine });
    return Sitting.over(new WebSocket(url, consoleProtocols(token), options), take);
  }

  /** As `at`, at the operators' door. */
  static async ofOperator(
    operator: OperatorClient,
    machine: string,
    input: { mode?: 'type' | 'watch'; idle_seconds?: number } = {},
    take?: (bytes: Uint8Array, taken: () => void) => void,
  ): Promise<Sitting> {
    const { body } = await operator.call(adminapi.openVmConsole, { uuid: machine }, input);
    return Sitting.connectOperator(operator, machine, body.token, take);
  }

  static connectOperator(
    operator: OperatorClient,
    machine: string,
    token: string,
    take?: (bytes: Uint8Array, taken: () => void) => void,
  ): Promise<Sitting> {
    return Sitting.over(operator.consoleSocket(machine, token) as unknown as WebSocket, take);
  }

  static async over(socket: WebSocket, take: (bytes: Uint8Array, taken: () => void) => void = (_, taken) => taken()): Promise<Sitting> {
    const refused = new Promise<never>((_, reject) => {
      socket.on('unexpected-response', (_request, response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => reject(new Error(`${response.statusCode} ${Buffer.concat(chunks).toString()}`)));
      });
    });
    const sitting = new Sitting(socket, take);
    // The operators' door tells by the close of a WebSocket that is open already.
    const closed = sitting.ended.then((outcome) => {
      throw new Error('code' in outcome ? `${outcome.code} ${outcome.message}` : outcome.reason);
    });
    await Promise.race([sitting.connection.opened, refused, closed]);
    closed.catch(() => undefined);
    return sitting;
  }

  get shown(): string {
    return this.text;
  }

  get complained(): string {
    return this.errors;
  }

  get ended(): Promise<ConsoleOutcome> {
    return this.connection.ended;
  }

  type(keys: string): Promise<void> {
    return this.connection.type(Buffer.from(keys));
  }

  resize(columns: number, rows: number): void {
    this.connection.resize({ columns, rows });
  }

  endInput(): void {
    this.connection.endInput();
  }

  async until(sign: RegExp, withinMs = 60_000): Promise<void> {
    await eventually(`${sign.source} shown`, async () => this.text.slice(-2_000), (text) => sign.test(text), withinMs); // prettier-ignore
  }

  close(): void {
    this.connection.close();
  }

  /** As if the client's machine had lost its power. */
  vanish(): void {
    this.socket.terminate();
  }
}
