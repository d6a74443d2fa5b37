import { chmod, chown, mkdir, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { InstanceSpec, VmId } from '@nereid/contracts';
import {
  available,
  DriverError,
  unavailable,
  type Capabilities,
  type GuestCapability,
  type GuestDriver,
  type GuestProgram,
  type GuestTerminal,
  type TaskContext,
} from '@nereid/driver';
import type { Ids } from '@nereid/ports';
import type { RunLayout } from '../run-layout';
import { attachZoneConsole } from './zone-console';
import { startZoneProgram } from './zone-program';

/** More than any guest needs at once; a flood of connections costs the server nothing beyond. */
const connectionsMax = 8;

interface Endpoint {
  readonly server: Server;
  readonly open: Set<Socket>;
  onConnection: (guest: Duplex) => void;
}

/** What the ways into a zone need to know of the zone. */
export interface Zones {
  /** Undefined: it is not defined here. */
  isAlive(id: VmId): boolean | undefined;
  namespacePath(id: VmId): string;
}

/** Ways into zones. The guests' metadata sockets: one UNIX socket an instance, in a folder that only this instance sees. The socket is the proof of who asks. */
export class LinuxGuestDriver implements GuestDriver {
  private readonly endpoints = new Map<string, Endpoint>();

  constructor(
    private readonly run: RunLayout,
    private readonly idBase: (id: VmId) => number | undefined,
    private readonly zones: Zones,
    private readonly terminalProgram: string,
    private readonly ids: Ids,
  ) {}

  async probe(): Promise<Capabilities<GuestCapability>> {
    return {
      metadata: available,
      console: available,
      exec: available,
      vnc: unavailable('zones have no screen'),
    };
  }

  async serveMetadata(_ctx: TaskContext, spec: InstanceSpec, onConnection: (guest: Duplex) => void): Promise<void> {
    const there = this.endpoints.get(spec.id);
    if (there) {
      there.onConnection = onConnection;
      return;
    }
    await mkdir(this.run.metadataFolder(spec.id), { recursive: true, mode: 0o755 });
    const path = this.socketPath(spec.id);
    await rm(path, { force: true }); // left by an agent that was killed
    const open = new Set<Socket>();
    const endpoint: Endpoint = { server: createServer(), open, onConnection };
    endpoint.server.maxConnections = connectionsMax;
    endpoint.server.on('connection', (socket) => {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
      socket.on('error', () => socket.destroy());
      endpoint.onConnection(socket);
    });
    await new Promise<void>((resolve, reject) => {
      endpoint.server.once('error', reject);
      endpoint.server.listen(path, resolve);
    });
    endpoint.server.unref();
    await chmod(path, 0o600);
    this.endpoints.set(spec.id, endpoint);
    await this.handOver(spec.id);
  }

  async closeMetadata(id: VmId): Promise<void> {
    const endpoint = this.endpoints.get(id);
    this.endpoints.delete(id);
    if (endpoint) close(endpoint);
    await rm(this.run.metadataFolder(id), { recursive: true, force: true });
  }

  async attachConsole(id: VmId): Promise<GuestTerminal> {
    this.mustRun(id);
    return attachZoneConsole(this.run.consoleSocket(id));
  }

  async exec(id: VmId, program: GuestProgram): Promise<GuestTerminal> {
    this.mustRun(id);
    const zone = {
      id,
      namespace: this.zones.namespacePath(id),
      folder: this.run.execFolder(this.ids.random()),
      runcRoot: this.run.runc,
      terminalProgram: this.terminalProgram,
    };
    return startZoneProgram(zone, program);
  }

  /** The folder exists and the socket in it, if any, is the guest's root's to open and nobody else's. Before each start. */
  async handOver(id: VmId): Promise<void> {
    await mkdir(this.run.metadataFolder(id), { recursive: true, mode: 0o755 });
    const owner = this.idBase(id);
    if (owner === undefined || !this.endpoints.has(id)) return;
    await chown(this.socketPath(id), owner, owner);
  }

  /** Lets go of all sockets of this process; their folders stay for the next agent. */
  close(): void {
    for (const endpoint of this.endpoints.values()) close(endpoint);
    this.endpoints.clear();
  }

  private mustRun(id: VmId): void {
    const alive = this.zones.isAlive(id);
    if (alive === undefined) throw new DriverError('NotFound', `instance ${id} is not defined on this server`);
    if (!alive) throw new DriverError('Conflict', 'the instance does not run');
  }

  private socketPath(id: string): string {
    return join(this.run.metadataFolder(id), 'metadata.sock');
  }
}

function close(endpoint: Endpoint): void {
  endpoint.server.close();
  for (const socket of endpoint.open) socket.destroy();
}
