import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudClient } from '@nereid/client';
import { loadPrivateKey } from '@nereid/http-signature';
import {
  administrator,
  boxName,
  customerEnv,
  customerOf,
  doorsOf,
  Installation,
  removeState,
  repository,
  stopAll,
  up,
  type UpOptions,
} from '@nereid/infra-local';
import { Progress } from '@nereid/infra-local/progress';
import { SystemClock } from '@nereid/ports';
import { testRun } from '@nereid/testkit';
import { Client } from 'pg';
import { compare } from '../checker/compare';
import { readDatabase } from '../checker/database-view';
import type { Finding } from '../checker/finding';
import { readLinuxNode, type LinuxNodeAt } from '../checker/linux-node';
import type { NodeView } from '../checker/node-view';
import { readSimulatedNodes } from '../checker/simulated-nodes';
import { Terminal } from './terminal';

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Our own command, as it was built. */
export const nereidFile = join(repository, 'apps', 'cli', 'dist', 'nereid.js');

const tritonFile = join(repository, 'infra', 'local', 'node_modules', 'triton', 'bin', 'triton');

function withCommands(line: string): string {
  const nereid = `nereid() { "${process.execPath}" "${nereidFile}" "$@"; }`;
  return `${nereid}; triton() { "${process.execPath}" --no-deprecation "${tritonFile}" "$@"; }; ${line}`;
}

/**
 * A whole cloud of its own for a test, made by the same code as `./dev up` and as real: its programs are separate processes, built before.
 * It belongs to a temporary folder; `remove` leaves nothing, and when the test run is killed everything of it is a leftover to the janitor.
 */
export class TestCloud {
  private constructor(
    readonly installation: Installation,
    private readonly folder: string,
    private readonly options: UpOptions,
  ) {}

  /** @param prepare answers more of the environment for the services and agents, once the installation is known */
  static async start(
    options: Partial<UpOptions> = {},
    prepare: (installation: Installation) => Record<string, string> = () => ({}),
  ): Promise<TestCloud> {
    const folder = mkdtempSync(join(tmpdir(), 'nereid-cloud-'));
    const installation = Installation.ensure(folder);
    installation.extraEnv = prepare(installation);
    const { ownerPid, ownerStartTicks } = testRun();
    installation.endWith(ownerPid, ownerStartTicks);
    const cloud = new TestCloud(installation, folder, { simulatedServers: 1, isProcessPerApp: false, hasRealNode: false, ...options });
    try {
      await cloud.up();
    } catch (error) {
      await cloud.remove();
      throw error;
    }
    return cloud;
  }

  /** Starts what does not run: the whole cloud at first, later what a test has killed. */
  async up(): Promise<void> {
    await up(this.options, async () => 'built before', new Progress(() => undefined), this.installation);
  }

  /** Ends every process and takes the state away. */
  async remove(): Promise<void> {
    await stopAll(this.installation);
    removeState(this.installation);
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs the real triton command as the cloud's customer. */
  triton(...args: string[]): Promise<CommandResult> {
    return this.program(process.execPath, ['--no-deprecation', tritonFile, ...args]);
  }

  /** Runs our own command as the cloud's customer, with more of an environment if told. */
  nereid(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CommandResult> {
    return this.program(process.execPath, [nereidFile, ...args], env);
  }

  /** A line of shell, in which `nereid` is our own command and `triton` the real one, as the cloud's customer. */
  shell(line: string): Promise<CommandResult> {
    return this.program('sh', ['-c', withCommands(line)]);
  }

  /** As `shell`, at a terminal. Close it. */
  terminal(line: string): Terminal {
    return Terminal.run(withCommands(line), this.customerEnv());
  }

  private customerEnv(): Record<string, string | undefined> {
    return { ...customerEnv(customerOf(this.installation), this.installation.path('ca', 'ca.pem')), LANG: 'C.UTF-8' };
  }

  /** Runs any program in the environment of the cloud's customer. */
  program(file: string, args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<CommandResult> {
    const env = { ...this.customerEnv(), ...more };
    return new Promise((resolve) => {
      const child = execFile(file, args, { env, timeout: 60_000 }, (error, stdout, stderr) => {
        resolve({ code: error ? (typeof error.code === 'number' ? error.code : 1) : 0, stdout, stderr });
      });
      child.stdin?.end();
    });
  }

  /** A client of the customers' door with the customer's key. Close it. */
  async client(): Promise<CloudClient> {
    const customer = customerOf(this.installation);
    const { privateKey, publicKey } = loadPrivateKey(readFileSync(customer.privateKeyFile, 'utf8'));
    return new CloudClient({
      url: (await doorsOf(this.installation)).cloudapi,
      signer: { keyId: `/${customer.login}/keys/${customer.fingerprint}`, privateKey, keyType: publicKey.type },
      ca: readFileSync(this.installation.path('ca', 'ca.pem'), 'utf8'),
      clock: new SystemClock(),
    });
  }

  async databaseUrl(): Promise<string> {
    const at = await administrator(this.installation);
    return `postgres://${at.user}:${encodeURIComponent(readFileSync(at.passwordFile, 'utf8'))}@${at.host}:${at.port}/${at.database}`;
  }

  /** Rows of a query by the database's administrator. */
  async sql<Row>(text: string, params: readonly unknown[] = []): Promise<Row[]> {
    const client = new Client({ connectionString: await this.databaseUrl() });
    await client.connect();
    try {
      return (await client.query(text, [...params])).rows as Row[];
    } finally {
      await client.end();
    }
  }

  /** Where a real node is, for looking into it from outside; the first unless told. */
  async realNode(index = 0): Promise<LinuxNodeAt & { readonly supervisorPid: number }> {
    const name = boxName(index);
    const hostname = `${name}-${this.installation.id}`;
    const [server] = await this.sql<{ id: string }>(`SELECT id FROM cnapi.server WHERE driver = 'linux' AND hostname = $1`, [hostname]);
    if (!server) throw new Error(`no server is called ${hostname}`);
    const record = JSON.parse(readFileSync(this.installation.path(name, 'box.json'), 'utf8')) as { pid: number; supervisorPid: number };
    return {
      server: server.id,
      pid: record.pid,
      supervisorPid: record.supervisorPid,
      runDir: `/run/nereid/${this.installation.id}`,
      cgroupParent: `/nereid-${this.installation.id}/box${index}`,
    };
  }

  /** What the independent checker finds wrong between database and nodes. */
  async findings(): Promise<Finding[]> {
    const nodes: NodeView[] = readSimulatedNodes(this.installation.path('simulated'));
    const boxes = this.options.hasRealNode ? (this.options.realNodes ?? 1) : 0;
    for (let index = 0; index < boxes; index++) nodes.push(readLinuxNode(await this.realNode(index)));
    return compare(await readDatabase(await this.databaseUrl()), nodes);
  }

  /** One command to every simulated server: see apps/agent/src/control/control-socket.ts. */
  control(command: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.installation.path('simulated', 'control.sock'), () => socket.write(`${JSON.stringify(command)}\n`));
      let text = '';
      socket.on('error', reject);
      socket.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (!text.endsWith('\n')) return;
        socket.destroy();
        const answer = JSON.parse(text) as { error?: string };
        if (answer.error === undefined) resolve(answer);
        else reject(new Error(answer.error));
      });
    });
  }

  /** Ends of the logs of every process, for a failing test's message. */
  logTails(lines = 15): string {
    const folder = this.installation.path('log');
    if (!existsSync(folder)) return '';
    return readdirSync(folder)
      .map((name) => `--- ${name}\n${readFileSync(join(folder, name), 'utf8').split('\n').slice(-lines).join('\n')}`)
      .join('\n');
  }
}
