import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CloudClient } from '@nereid/client';
import { cloudapi, ServiceError } from '@nereid/contracts';
import { ensureAuthority, ensureServices, ensureSimulatedServers, repository, type UpOptions } from '@nereid/infra-local';
import { describeFindings } from '../checker/finding';
import { eventually } from '../cloud/eventually';
import { TestCloud } from '../cloud/test-cloud';

/** Longest that anything here may take on a busy machine. */
const patienceMs = 120_000;

/**
 * A cloud whose processes die on demand, and a customer of it who does what customers are told to do: repeat what got no answer. All that
 * it knows of instances comes from the customers' door; the database is asked only whether jobs are still under way.
 */
export class CrashCloud {
  private constructor(
    readonly cloud: TestCloud,
    private readonly options: UpOptions,
    private readonly client: CloudClient,
    private readonly image: string,
    private readonly crashFile: string,
  ) {}

  static async start(options: Partial<UpOptions>): Promise<CrashCloud> {
    const all = { simulatedServers: 0, isProcessPerApp: false, hasRealNode: false, ...options };
    let crashFile = '';
    const cloud = await TestCloud.start(all, (installation) => {
      crashFile = join(installation.as.ownDirectory(installation.path('crash')), 'at');
      // A lease short enough that a killed worker's runs are taken up again at once, and not after half a minute.
      return { NEREID_CRASH_FILE: crashFile, NEREID_APPS__VMAPI__JOB_LEASE_MS: '1500' };
    });
    try {
      const client = await cloud.client();
      const { body: images } = await client.call(cloudapi.listImages, {}, {});
      return new CrashCloud(cloud, all, client, images[0]!.id, crashFile);
    } catch (error) {
      await cloud.remove();
      throw error;
    }
  }

  async remove(): Promise<void> {
    this.client.close();
    await this.cloud.remove();
  }

  /** From now on, who reaches this point first dies there. */
  arm(point: string): void {
    this.cloud.installation.as.ownFile(this.crashFile, point);
  }

  /** Resolves when somebody has died at the armed point. @throws Error nobody came there */
  async untilReached(point: string): Promise<void> {
    const isArmed = async (): Promise<boolean> => existsSync(this.crashFile);
    await eventually(`somebody reaches ${point}`, isArmed, (armed) => !armed, patienceMs);
  }

  /** Resolves when the process has died. @throws Error it lives on: nobody reached the point */
  async untilDead(name: string): Promise<void> {
    const isAlive = async (): Promise<boolean> => this.cloud.installation.processes.living(name) !== undefined;
    await eventually(`${name} dies`, isAlive, (alive) => !alive, patienceMs);
  }

  async restartServices(): Promise<void> {
    const { installation } = this.cloud;
    await ensureServices(installation, await ensureAuthority(installation), this.options.isProcessPerApp);
  }

  async restartSimulatedServers(): Promise<void> {
    const { installation } = this.cloud;
    await ensureSimulatedServers(installation, await ensureAuthority(installation), this.options.simulatedServers);
  }

  /** Asks for so many instances at once, each until it is accepted; answers their ids. */
  create(count: number, packageName = 'nano'): Promise<string[]> {
    const one = async (): Promise<string> => {
      const idempotencyKey = randomUUID();
      const { body } = await insist(() =>
        this.client.call(cloudapi.createMachine, {}, { image: this.image, package: packageName }, { idempotencyKey }),
      );
      return body.id;
    };
    return Promise.all(Array.from({ length: count }, one));
  }

  async destroy(ids: readonly string[]): Promise<void> {
    await Promise.all(ids.map((id) => insist(() => this.client.call(cloudapi.deleteMachine, { id }, {}))));
  }

  /** Asks for another package of each, and answers when that is accepted. A resize that has been accepted and not ended is asked for once. */
  async resize(ids: readonly string[], packageName: string): Promise<void> {
    await Promise.all(
      ids.map((id) => {
        const idempotencyKey = randomUUID();
        const input = { action: 'resize', package: packageName } as const;
        return insist(() => this.client.call(cloudapi.updateMachine, { id }, input, { idempotencyKey }));
      }),
    );
  }

  /** Waits until each has this package, as its owner sees it, and runs. */
  async untilOf(packageName: string, ids: readonly string[]): Promise<void> {
    const wanted = `${packageName} running`;
    const look = async (id: string): Promise<string> => {
      const { body } = await this.client.call(cloudapi.getMachine, { id }, {});
      return `${body.package} ${body.state}`;
    };
    const all = (): Promise<string[]> => Promise.all(ids.map((id) => look(id).catch((error: unknown) => String(error))));
    await this.explained(eventually(`instances become ${wanted}`, all, (seen) => seen.every((each) => each === wanted), patienceMs));
  }

  /** How the newest job of an instance ended, as its owner sees it. */
  async lastJob(id: string): Promise<string> {
    const { body } = await insist(() => this.client.call(cloudapi.listMachineJobs, { id }, { limit: 1 }));
    return `${body[0]!.action} ${body[0]!.state}`;
  }

  /** As an operator who cancels all that is under way, while no service is there to ask. */
  async cancelUnderWay(): Promise<void> {
    await this.cloud.sql(`UPDATE vmapi.job SET cancel_requested_at = now(), wakes = wakes + 1 WHERE ended_at IS NULL`);
  }

  /** Waits until each of the instances is in this state, as its owner sees it. */
  async until(state: 'running' | 'failed' | 'deleted', ids: readonly string[]): Promise<void> {
    const look = async (id: string): Promise<string> => (await this.client.call(cloudapi.getMachine, { id }, {})).body.state;
    const lookSafely = (id: string): Promise<string> => look(id).catch((error: unknown) => String(error));
    const all = (): Promise<string[]> => Promise.all(ids.map(lookSafely));
    await this.explained(eventually(`instances become ${state}`, all, (states) => states.every((each) => each === state), patienceMs));
  }

  /** Waits until no job is under way. @throws Error with the jobs that do not end */
  async untilQuiet(): Promise<void> {
    const underWay = (): Promise<unknown[]> =>
      this.cloud.sql(
        `SELECT j.id, j.workflow, j.state, j.vm, j.error, j.due_at - now() AS due_in,
                (SELECT json_agg(json_build_array(s.step, s.state, s.attempts, s.outcome)) FROM vmapi.job_step s WHERE s.job = j.id) AS steps
           FROM vmapi.job j WHERE state NOT IN ('succeeded', 'failed', 'canceled')`,
      );
    await this.explained(eventually('jobs end', underWay, (jobs) => jobs.length === 0, patienceMs));
  }

  /** Nothing is under way, and the independent checker says nothing. */
  async expectSound(): Promise<void> {
    await this.untilQuiet();
    const findings = describeFindings(await this.cloud.findings());
    if (findings !== '') throw new Error(`the checker says:\n${findings}\n${this.cloud.logTails()}`);
  }

  /** One command to every simulated server. */
  control(command: object): Promise<unknown> {
    return this.cloud.control(command);
  }

  private async explained<T>(waiting: Promise<T>): Promise<T> {
    try {
      return await waiting;
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${this.cloud.logTails()}`, { cause: error });
    }
  }
}

/** Repeats a request that got no answer, or one that says that it may pass, until it is accepted. */
export async function insist<T>(ask: () => Promise<T>, withinMs = patienceMs): Promise<T> {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ServiceError && error.mayRetry) || performance.now() > giveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** The points at which workers can die in these workflows, by the workflows as they were built. */
export function workflowPoints(): string[] {
  const at = (file: string): string => JSON.stringify(join(repository, 'apps', 'vmapi', 'dist', 'vms', 'workflows', file));
  const program = `const { provisionVm } = require(${at('provision-vm.js')}); const { destroyVm } = require(${at('destroy-vm.js')});
    const { resizeVm } = require(${at('resize-vm.js')});
    console.log(JSON.stringify([provisionVm, destroyVm, resizeVm].flatMap((each) => each.crashPoints())))`;
  return JSON.parse(execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' })) as string[];
}

/** The places at which the agent can die in creating, changing and removing instances, by the agent as it was built. */
export function agentPlaces(): string[] {
  const agent = join(repository, 'apps', 'agent', 'dist', 'main.js');
  const places = execFileSync(process.execPath, [agent, '--crash-places'], { encoding: 'utf8' });
  return places.split('\n').filter((place) => /^instance\.(ensure|update|remove)\//.test(place));
}
