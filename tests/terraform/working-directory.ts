import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { providerSource, terraformEnv } from '@nereid/infra-local';
import type { CommandResult, TestCloud } from '../cloud/test-cloud';

/** One resource as `terraform show -json` writes it. */
export interface ShownResource {
  readonly address: string;
  readonly tainted?: boolean;
  readonly values: Record<string, unknown>;
}

const header = `terraform {
  required_providers {
    nereid = { source = "${providerSource}" }
  }
}
`;

/** A directory with a configuration, in which the real terraform command works for a test's cloud. Remove it. */
export class WorkingDirectory {
  private constructor(
    readonly path: string,
    private readonly env: Record<string, string>,
  ) {}

  /** Made and initialised: the provider is installed through the filesystem mirror. */
  static async make(cloud: TestCloud, configuration: string): Promise<WorkingDirectory> {
    const path = mkdtempSync(join(tmpdir(), 'nereid-terraform-'));
    // The provider's socket is in here too, so that nothing stays behind when a test kills it.
    const env = { PATH: process.env['PATH'] ?? '', HOME: path, TMPDIR: path, LANG: 'C.UTF-8', ...(await terraformEnv(cloud.installation)) };
    const made = new WorkingDirectory(path, env);
    made.configure(configuration);
    await made.ok('init');
    return made;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  /** Puts this configuration in the place of what was there. */
  configure(configuration: string): void {
    this.configureWhole(header + configuration);
  }

  /** The same for one that says by itself where the provider is from. */
  configureWhole(configuration: string): void {
    writeFileSync(join(this.path, 'main.tf'), configuration);
  }

  /** Starts it. What it writes is collected in `output`; `done` answers its end. */
  start(command: string, ...args: string[]): { child: ChildProcess; done: Promise<CommandResult> } {
    const input = ['init', 'plan', 'apply', 'destroy', 'import', 'refresh'].includes(command) ? ['-input=false'] : [];
    const plain = command === 'state' ? [] : ['-no-color'];
    const child = spawn('terraform', [command, ...plain, ...input, ...args], {
      cwd: this.path,
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // a group of its own, so that a test can do what Ctrl-C does: signal all of it
    });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    const done = new Promise<CommandResult>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code) => {
        // not `close`: after a kill its plugins hold the pipes for a moment longer
        setImmediate(() => resolve({ code: code ?? -1, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }));
      });
    });
    return { child, done };
  }

  run(command: string, ...args: string[]): Promise<CommandResult> {
    return this.start(command, ...args).done;
  }

  /** Runs it and answers its output. @throws Error with what it said when it fails */
  async ok(command: string, ...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(command, ...args);
    if (code !== 0) throw new Error(`terraform ${command}: exit ${code}\n${stderr}${stdout}`);
    return stdout;
  }

  apply(...args: string[]): Promise<string> {
    return this.ok('apply', '-auto-approve', ...args);
  }

  /** Whether anything would be changed, and how: 0 nothing, 2 something. */
  async plan(...args: string[]): Promise<CommandResult> {
    const result = await this.run('plan', '-detailed-exitcode', ...args);
    if (result.code === 1) throw new Error(`terraform plan\n${result.stderr}${result.stdout}`);
    return result;
  }

  /** What the state holds, by address. Read from the file: `terraform show` would start the provider. */
  state(): ReadonlyMap<string, ShownResource> {
    const file = join(this.path, 'terraform.tfstate');
    if (!existsSync(file)) return new Map();
    const stored = JSON.parse(readFileSync(file, 'utf8')) as {
      resources: {
        mode: string;
        type: string;
        name: string;
        instances: { index_key?: number; status?: string; attributes: Record<string, unknown> }[];
      }[];
    };
    const all = stored.resources
      .filter(({ mode }) => mode === 'managed')
      .flatMap(({ type, name, instances }) =>
        instances.map(({ index_key, status, attributes }) => {
          const address = `${type}.${name}${index_key === undefined ? '' : `[${index_key}]`}`;
          return [address, { address, tainted: status === 'tainted', values: attributes }] as const;
        }),
      );
    return new Map(all);
  }

  /** One resource's attributes. @throws Error it is not in the state */
  values(address: string): Record<string, unknown> {
    const found = this.state().get(address);
    if (!found) throw new Error(`${address} is not in the state: ${[...this.state().keys()].join(', ')}`);
    return found.values;
  }
}
