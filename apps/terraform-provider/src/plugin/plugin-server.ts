import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server, ServerCredentials, type ServerWritableStream } from '@grpc/grpc-js';
import { SystemClock, SystemRandom } from '@nereid/ports';
import { integer, message, string } from '../protobuf/protobuf';
import { providerCalls, type ProviderHandlers } from '../protocol/calls';
import { Empty } from '../protocol/messages';
import { selfSigned } from './certificate';
import { addService } from './grpc-service';
import type { Listening } from './handshake';

const noLimit = 64 * 1024 * 1024; // bytes; plans hold whole resources, and gRPC's own limit is 4 MB

/** Longest path of a UNIX socket that every system takes. */
const longestPath = 100;

const healthCalls = { Check: { request: message({ service: string(1) }), reply: message({ status: integer(1) }) } };
const controllerCalls = { Shutdown: { request: Empty, reply: Empty } };

/** What a plugin's process offers besides its own service, and where. */
export interface PluginOptions {
  /** Certificate of the one client, PEM; undefined: plain text, for debuggers. */
  readonly clientCertificate: string | undefined;
  readonly socketDirectory: string | undefined;
  readonly provider: ProviderHandlers;
  /** Terraform is done with the process. */
  readonly onShutdown: () => void;
}

/** A plugin's gRPC server on a socket of its own. Source: go-plugin, grpc_server.go. */
export class PluginServer {
  private readonly server = new Server({ 'grpc.max_receive_message_length': noLimit, 'grpc.max_send_message_length': noLimit });
  private folder: string | undefined;

  constructor(private readonly options: PluginOptions) {
    addService(this.server, 'tfplugin6.Provider', providerCalls, options.provider);
    addService(this.server, 'grpc.health.v1.Health', healthCalls, { Check: async () => ({ status: 1 }) });
    addService(this.server, 'plugin.GRPCController', controllerCalls, {
      Shutdown: async () => {
        setImmediate(() => options.onShutdown()); // after the answer
        return {};
      },
    });
    this.addSilentOutput();
  }

  /** Listens. */
  async listen(): Promise<Listening> {
    const own = this.options.clientCertificate === undefined ? undefined : selfSigned(new SystemClock().nowMs(), new SystemRandom());
    const credentials = own
      ? ServerCredentials.createSsl(
          Buffer.from(this.options.clientCertificate!),
          [{ cert_chain: Buffer.from(own.pem), private_key: Buffer.from(own.privateKey) }],
          true,
        )
      : ServerCredentials.createInsecure();
    const path = this.socketPath();
    const port = await new Promise<number>((resolve, reject) => {
      this.server.bindAsync(path ? `unix:${path}` : '127.0.0.1:0', credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
    });
    return { network: path ? 'unix' : 'tcp', address: path ?? `127.0.0.1:${port}`, certificate: own?.der };
  }

  /** Ends every call and leaves no socket. */
  close(): void {
    this.server.forceShutdown();
    if (this.folder) rmSync(this.folder, { recursive: true, force: true });
  }

  /** Undefined where only a port can be had. */
  private socketPath(): string | undefined {
    if (process.platform === 'win32') return undefined;
    const parents = [this.options.socketDirectory, tmpdir(), '/tmp'].filter((each) => each !== undefined);
    const parent = parents.find((each) => each.length + '/nereid-plugin-XXXXXX/socket'.length <= longestPath);
    if (parent === undefined) return undefined;
    this.folder = mkdtempSync(join(parent, 'nereid-plugin-'));
    chmodSync(this.folder, 0o700);
    return join(this.folder, 'socket');
  }

  /** Terraform asks for the plugin's standard output as a stream. It stays open, and nothing is ever said in it. */
  private addSilentOutput(): void {
    const definition = {
      StreamStdio: {
        path: '/plugin.GRPCStdio/StreamStdio',
        requestStream: false as const,
        responseStream: true as const,
        requestDeserialize: (bytes: Buffer) => Empty.decode(bytes),
        requestSerialize: () => Buffer.alloc(0),
        responseSerialize: () => Buffer.alloc(0),
        responseDeserialize: () => ({}),
      },
    };
    this.server.addService(definition, { StreamStdio: (_call: ServerWritableStream<unknown, unknown>) => undefined });
  }
}
