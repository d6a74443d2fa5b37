import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Uuid, type ServerId, type VmId } from '@nereid/contracts';
import { ServerNames } from '../names/server-names';
import { VmNames } from '../names/vm-names';
import { SETTINGS, type AnalyticsSettings } from '../tokens';
import { Seconds } from '../windows/seconds';
import { Windows } from '../windows/windows.service';
import { exposition } from './exposition';

/** A target that said nothing for so long answers 404, so that Prometheus' `up` becomes 0. */
const silentSeconds = 30;
const textType = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * For a Prometheus on this machine: `GET /v1/discover` in the form of its HTTP service discovery, `GET /v1/<id>/metrics` of a server or an
 * instance. Whoever reaches it sees all customers, so it listens on loopback alone.
 */
@Injectable()
export class ExpositionServer implements OnApplicationBootstrap, OnApplicationShutdown {
  private server: Server | undefined;

  constructor(
    @Inject(Windows) private readonly windows: Windows,
    @Inject(Seconds) private readonly seconds: Seconds,
    @Inject(ServerNames) private readonly servers: ServerNames,
    @Inject(VmNames) private readonly vms: VmNames,
    @Inject(SETTINGS) private readonly settings: AnalyticsSettings,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const at = this.settings.exposition;
    if (!at) return;
    if (!/^(127\.|::1$|localhost$)/.test(at.host)) throw new Error(`exposition.host must be a loopback address, not ${at.host}`);
    const server = createServer((request, response) => {
      const { status, type, body } = this.answer(request.method ?? '', request.url ?? '', request.headers.host ?? at.host);
      response.writeHead(status, { 'content-type': type }).end(body);
    });
    this.server = server;
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(at.port, at.host, resolve));
  }

  async onApplicationShutdown(): Promise<void> {
    const { server } = this;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  /** Where it listens, for who asked for any port. */
  get port(): number | undefined {
    return (this.server?.address() as AddressInfo | null | undefined)?.port;
  }

  private answer(method: string, url: string, host: string): { status: number; type: string; body: string } {
    const path = url.split('?')[0]!;
    if (method !== 'GET') return { status: 405, type: textType, body: 'only GET\n' };
    if (path === '/v1/discover') return { status: 200, type: 'application/json', body: JSON.stringify(this.targets(host)) };
    const id = /^\/v1\/([^/]+)\/metrics$/.exec(path)?.[1];
    const text = Uuid.safeParse(id).success ? this.metricsOf(id!) : undefined;
    if (text === undefined) return { status: 404, type: textType, body: 'there are /v1/discover and /v1/<id>/metrics\n' };
    return { status: 200, type: textType, body: text };
  }

  private targets(host: string): object[] {
    const { servers, instances } = this.windows.all();
    const target = (id: string, labels: Record<string, string>): object => ({
      targets: [host],
      labels: { __metrics_path__: `/v1/${id}/metrics`, ...labels },
    });
    return [
      ...[...servers.keys()].map((id) => target(id, this.serverLabels(id))),
      ...[...instances.keys()].map((id) => target(id, this.vmLabels(id))),
    ];
  }

  private metricsOf(id: string): string | undefined {
    const now = this.seconds.now;
    const server = this.windows.server(id as ServerId);
    const window = server ?? this.windows.instance(id as VmId);
    if (!window || window.newestSecond < now - silentSeconds) return undefined;
    const labels = server ? this.serverLabels(id as ServerId) : this.vmLabels(id as VmId);
    return exposition(server ? 'server' : 'vm', [{ labels, figures: window.latest }]);
  }

  private serverLabels(id: ServerId): Record<string, string> {
    return { datacenter: this.settings.datacenter, server: id, hostname: this.servers.find(id)?.hostname ?? '' };
  }

  private vmLabels(id: VmId): Record<string, string> {
    const vm = this.vms.find(id);
    return { datacenter: this.settings.datacenter, vm: id, alias: vm?.alias ?? '', owner: vm?.owner ?? '', server: vm?.server ?? '' };
  }
}
