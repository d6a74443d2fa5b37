import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import { CloudClient } from '@nereid/client';
import { cloudapi, createAccount, createKey } from '@nereid/contracts';
import { loadPrivateKey, signRequest, type Signer, type ToSign } from '@nereid/http-signature';
import { customerOf, doorsOf, type Installation } from '@nereid/infra-local';
import { SystemClock } from '@nereid/ports';
import * as sshpk from 'sshpk';
import { eventually } from './eventually';
import { asOperator, operatorCaller } from './operator';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly body: Record<string, unknown> | undefined;
}

/** What of a raw request differs from a right one. */
export interface RawRequest {
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** Signed at another moment than now. */
  readonly atMs?: number;
  readonly signedAs?: Partial<ToSign>;
  /** Changes the signed headers before they are sent. */
  readonly tamper?: (headers: Record<string, string>) => void;
  readonly isUnsigned?: boolean;
}

export type Machine = cloudapi.MachineObject;

/** A customer of a test's cloud: signs, asks, waits, and logs in to instances. Close it. */
export class Customer {
  readonly client: CloudClient;
  private readonly agent: Agent;

  private constructor(
    private readonly url: URL,
    readonly login: string,
    readonly signer: Signer,
    private readonly keyFile: string,
    ca: string,
  ) {
    this.client = new CloudClient({ url: url.origin, signer, ca, clock: new SystemClock() });
    this.agent = new Agent({ keepAlive: true, ca });
  }

  /** The customer that every cloud comes with. */
  static async first(installation: Installation): Promise<Customer> {
    const { login, fingerprint, privateKeyFile } = customerOf(installation);
    return Customer.of(installation, login, fingerprint, privateKeyFile);
  }

  /** A customer of its own, with a key of its own. */
  static async make(installation: Installation, login: string): Promise<Customer> {
    const { privateKey } = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'sec1', format: 'pem' },
    });
    const keyFile = installation.path(`${login}.pem`);
    writeFileSync(keyFile, privateKey, { mode: 0o600 });
    const key = sshpk.parsePrivateKey(privateKey, 'pem').toPublic();
    await asOperator(installation, async (bus) => {
      const account = await bus.call(createAccount, { login, email: `${login}@example.com` }, operatorCaller());
      await bus.call(createKey, { account: account.id, name: 'test', publicKey: key.toString('ssh') }, operatorCaller());
    });
    return Customer.of(installation, login, key.fingerprint('md5').toString('hex'), keyFile);
  }

  private static async of(installation: Installation, login: string, fingerprint: string, keyFile: string): Promise<Customer> {
    const { privateKey, publicKey } = loadPrivateKey(readFileSync(keyFile, 'utf8'));
    const signer = { keyId: `/${login}/keys/${fingerprint}`, privateKey, keyType: publicKey.type };
    const ca = readFileSync(installation.path('ca', 'ca.pem'), 'utf8');
    return new Customer(new URL((await doorsOf(installation)).cloudapi), login, signer, keyFile, ca);
  }

  close(): void {
    this.client.close();
    this.agent.destroy();
  }

  /** Makes an instance of the first image and the smallest package, and waits for nothing. */
  async create(input: Record<string, unknown> = {}, idempotencyKey?: string): Promise<Machine> {
    const image = await this.image();
    const { body } = await this.client.call(
      cloudapi.createMachine,
      {},
      { package: 'nano', image, ...input },
      { ...(idempotencyKey !== undefined && { idempotencyKey }) },
    );
    return body;
  }

  private imageId: string | undefined;
  /** The id of the cloud's first image. */
  async image(): Promise<string> {
    return (this.imageId ??= (await this.client.call(cloudapi.listImages, {}, {})).body[0]!.id);
  }

  async network(name: string): Promise<string> {
    const { body } = await this.client.call(cloudapi.listNetworks, {}, {});
    const found = body.find((network) => network.name === name);
    if (!found) throw new Error(`no network ${name} among ${body.map((network) => network.name).join(', ')}`);
    return found.id;
  }

  async get(id: string): Promise<Machine> {
    return (await this.client.call(cloudapi.getMachine, { id }, {})).body;
  }

  list(filter: Record<string, unknown> = {}): Promise<Machine[]> {
    return this.client.call(cloudapi.listMachines, {}, filter).then(({ body }) => body);
  }

  /** Waits until an instance is in a state. @throws Error at once when it failed instead */
  async until(id: string, state: Machine['state'], withinMs = 60_000): Promise<Machine> {
    const isEnd = (machine: Machine): boolean => machine.state === state || machine.state === 'failed';
    const machine = await eventually(`${id} ${state}`, () => this.get(id), isEnd, withinMs);
    if (machine.state !== state) throw new Error(`${id} is ${machine.state}, not ${state}`);
    return machine;
  }

  async createAndWait(input: Record<string, unknown> = {}): Promise<Machine> {
    return this.until((await this.create(input)).id, 'running');
  }

  async act(id: string, action: (typeof cloudapi.machineActions)[number], more: { name?: string; package?: string } = {}): Promise<void> {
    await this.client.call(cloudapi.updateMachine, { id }, { action, ...more });
  }

  /** Destroys, and waits until it is gone. */
  async destroy(id: string, withinMs = 60_000): Promise<void> {
    await this.client.call(cloudapi.deleteMachine, { id }, {});
    await this.until(id, 'deleted', withinMs);
  }

  /** Sends what no client of ours would, or reads what it hides. */
  send(method: string, path: string, wanted: RawRequest = {}): Promise<RawAnswer> {
    const given: Record<string, string> = {
      host: this.url.host,
      accept: 'application/json',
      ...(wanted.body !== undefined && { 'content-type': 'application/json' }),
      ...wanted.headers,
    };
    const toSign = { method, url: path, headers: given, ...wanted.signedAs };
    const headers = wanted.isUnsigned ? given : signRequest(this.signer, toSign, wanted.atMs ?? Date.now());
    wanted.tamper?.(headers);
    if (wanted.body !== undefined) headers['content-length'] = String(Buffer.byteLength(wanted.body));
    return exchange({ host: this.url.hostname, port: this.url.port, method, path, headers, agent: this.agent }, wanted.body);
  }

  /** Runs a command in an instance by ssh from this machine, once its server of ssh answers. @throws Error with what it said */
  async ssh(ip: string, command: string): Promise<string> {
    const answer = await eventually(
      `ssh to ${ip}`,
      () => this.trySsh(ip, command),
      ({ code }) => code !== 255,
      60_000,
    );
    if (answer.code !== 0) throw new Error(`ssh ${ip} ${command}: exit ${answer.code}\n${answer.stderr}${answer.stdout}`);
    return answer.stdout.trim();
  }

  trySsh(ip: string, command: string): Promise<{ code: number; stdout: string; stderr: string }> {
    const options = ['IdentitiesOnly=yes', 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR', 'ConnectTimeout=5', 'BatchMode=yes']; // prettier-ignore
    const argv = ['-F', 'none', '-i', this.keyFile, ...options.flatMap((option) => ['-o', option]), `root@${ip}`, command];
    return new Promise((resolve) => {
      execFile('ssh', argv, { timeout: 30_000 }, (error, stdout, stderr) => {
        resolve({ code: error ? (typeof error.code === 'number' ? error.code : 255) : 0, stdout, stderr });
      });
    });
  }
}

function exchange(options: RequestOptions, body: string | undefined): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: asJson(text) });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

function asJson(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
