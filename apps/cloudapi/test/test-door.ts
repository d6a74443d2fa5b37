import 'reflect-metadata';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Bus } from '@nereid/bus';
import { cloudapi } from '@nereid/contracts';
import { signRequest, type Signer } from '@nereid/http-signature';
import { SystemClock, SystemIds, type Clock } from '@nereid/ports';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { CloudapiModule } from '../src/cloudapi.module';
import { cloudapiConfig, type CloudapiConfig } from '../src/config';
import { WebSocket } from 'ws';
import { CLOCK, CONFIG, IDS, LOG, makeLog } from '@nereid/platform';
import type { SmallCloud } from './small-cloud';

@Global()
@Module({})
class Surroundings {
  static of(bus: Bus, config: CloudapiConfig, clock: Clock): DynamicModule {
    const providers = [
      { provide: Bus, useValue: bus },
      { provide: CONFIG, useValue: config },
      { provide: CLOCK, useValue: clock },
      { provide: IDS, useValue: new SystemIds() },
      { provide: LOG, useValue: makeLog({ level: 'fatal' }) },
    ];
    return { module: Surroundings, providers, exports: providers.map(({ provide }) => provide) };
  }
}

@Module({})
class TestRoot {}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

export interface Asked {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly signer?: Signer | undefined;
  readonly covers?: readonly string[];
  readonly nowMs?: number;
}

/** The door on a small cloud, listening on a free port. */
export class TestDoor {
  private constructor(
    private readonly app: NestFastifyApplication,
    readonly port: number,
    private readonly signer: Signer,
  ) {}

  static async open(
    cloud: SmallCloud<Bus>,
    signer: Signer,
    settings: Partial<CloudapiConfig> = {},
    clock: Clock = new SystemClock(),
    bus: Bus = cloud.bus,
  ): Promise<TestDoor> {
    const generous = { burst: 10_000, perSecond: 10_000 };
    const config = cloudapiConfig.parse({
      datacenter: 'here',
      installation: '01234567',
      bus: { servers: ['memory'] },
      http: { port: 0 },
      requestRate: generous,
      failedSignatureRate: generous,
      datacenters: { here: 'https://here.example.com' },
      ...settings,
    });
    const module = { module: TestRoot, imports: [Surroundings.of(bus, config, clock), CloudapiModule] };
    const adapter = new FastifyAdapter({ routerOptions: { maxParamLength: 512 } } as ConstructorParameters<typeof FastifyAdapter>[0]);
    const app = await NestFactory.create<NestFastifyApplication>(module, adapter, { logger: false, abortOnError: false });
    await app.listen(0, '127.0.0.1');
    return new TestDoor(app, (app.getHttpServer().address() as AddressInfo).port, signer);
  }

  close(): Promise<void> {
    return this.app.close();
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** A signed request; every successful answer is compared with the contract, strictly. */
  async ask(
    url: string,
    { method = 'GET', body, headers = {}, signer = this.signer, covers, nowMs = Date.now() }: Asked = {},
  ): Promise<Reply> {
    const signed = signRequest(signer, { method, url, headers, ...(covers && { covers }) }, nowMs);
    const reply = await this.raw(url, { method, body, headers: signed });
    mustFitContract(method, url, reply);
    return reply;
  }

  /** A signed WebSocket, as it begins to open. */
  socket(url: string, { signer = this.signer }: Pick<Asked, 'signer'> = {}): WebSocket {
    return new WebSocket(`${this.url}${url}`.replace('http', 'ws'), {
      headers: signRequest(signer, { method: 'GET', url, headers: {} }, Date.now()),
    });
  }

  /** A request as it is, without a signature unless the headers have one. */
  raw(url: string, { method = 'GET', body, headers = {} }: Omit<Asked, 'signer'> = {}): Promise<Reply> {
    const payload = body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const all = { ...(typeof body === 'object' && !Buffer.isBuffer(body) && { 'content-type': 'application/json' }), ...headers };
    return new Promise((resolve, reject) => {
      const request = httpRequest({ host: '127.0.0.1', port: this.port, path: url, method, headers: all }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const isJson = response.headers['content-type']?.startsWith('application/json') && text !== '';
          resolve({
            status: response.statusCode!,
            headers: response.headers as Reply['headers'],
            text,
            body: isJson ? JSON.parse(text) : undefined,
          });
        });
      });
      request.on('error', reject);
      request.end(payload);
    });
  }
}

function mustFitContract(method: string, url: string, reply: Reply): void {
  const path = url.split('?')[0]!;
  const route = [...cloudapi.allRoutes.values()].find(
    (one) => one.method === method && new RegExp(`^${one.path.replace(/:[a-z]+/gi, '[^/]+')}$`).test(path),
  );
  if (!route || reply.status >= 300) return;
  if (reply.status !== route.status) throw new Error(`${route.name} answered ${reply.status}, its contract says ${route.status}`);
  if (!route.reply) {
    if (reply.text !== '') throw new Error(`${route.name} answered a body, its contract has none`);
  } else if (reply.body !== undefined) {
    const parsed = route.reply.parse(reply.body);
    if (JSON.stringify(parsed) !== JSON.stringify(reply.body))
      throw new Error(`${route.name} answers more than its contract says: ${reply.text}`);
  }
}
