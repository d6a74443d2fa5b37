import { createReadStream, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { ImageId, NicSpec, type InstanceSpec } from '@nereid/contracts';
import type { ImageSource, ServerDriver } from '@nereid/driver';
import type { DriverHarness } from '@nereid/driver/conformance';
import { makeFirstImage, type FirstImage } from '@nereid/infra-first-image';
import type { BoxPlace } from '@nereid/infra-node-box';
import { runOrThrow, SystemClock, SystemIds, SystemLinePrograms, SystemRunner } from '@nereid/ports';
import { createLinuxDriver } from '../linux-driver';
import { buildTerminalProgram } from '../terminal-program';

export type TestBox = BoxPlace & { readonly installation: string };

/** A Linux driver in the box that this process runs in, and the looks around that the suites need, by the system's own programs. */
export class LinuxHarness implements DriverHarness {
  readonly brand = 'lx';
  readonly driver: ServerDriver;
  private addresses = 10;
  private readonly ids = new SystemIds();
  private readonly folder = mkdtempSync(join(tmpdir(), 'nereid-linux-driver-'));
  /** What the drivers of this harness could not do in the background. */
  readonly problems: string[] = [];
  private made: Promise<FirstImage> | undefined;

  static async make(box: TestBox): Promise<LinuxHarness> {
    return new LinuxHarness(box, await buildTerminalProgram(new SystemRunner()));
  }

  private constructor(
    readonly box: TestBox,
    private readonly terminalProgram: string,
  ) {
    this.driver = this.anotherDriver();
  }

  /** Another driver over the same server: what a restarted agent has. */
  anotherDriver(): ServerDriver {
    const { installation, pool, poolMountpoint, runDir, cgroupParent } = this.box;
    const ports = { runner: new SystemRunner(), linePrograms: new SystemLinePrograms(), clock: new SystemClock() };
    return createLinuxDriver({
      installation,
      pool,
      poolMountpoint,
      runDir,
      cgroupParent,
      nicTags: [{ name: 'external', routed: true }],
      terminalProgram: this.terminalProgram,
      onProblem: (tried, error) => void this.problems.push(`${tried}: ${String(error)}`),
      ...ports,
    });
  }

  async image(): Promise<ImageSource> {
    this.made ??= makeFirstImage({ outDir: this.folder, owner: this.ids.random() });
    const { path, file } = await this.made;
    return {
      id: ImageId.parse(this.ids.random()),
      format: 'tar',
      compression: 'gzip',
      sizeBytes: file.sizeBytes,
      sha256: file.sha256,
      read: () => createReadStream(path, { highWaterMark: 256 * 1024 }),
    };
  }

  nics(slots: number): InstanceSpec['nics'] {
    return Array.from({ length: slots }, (_, slot) => this.nic(slot, networkId));
  }

  nic(slot: number, network: string): NicSpec {
    const host = this.addresses++;
    return NicSpec.parse({
      slot,
      mac: `90:b8:d0:00:00:${host.toString(16).padStart(2, '0')}`,
      network,
      nicTag: 'external',
      ip: this.box.instanceSubnet.replace(/\.0\/24$/, `.${host}`),
      prefixLength: 24,
      gateway: this.box.gateway,
      resolvers: ['9.9.9.9'],
      primary: slot === 0,
    });
  }

  async connectMetadata(spec: InstanceSpec): Promise<Duplex> {
    const socket = connect(join(this.box.runDir, 'metadata', spec.id, 'metadata.sock'));
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return socket;
  }

  async ignoreStop(spec: InstanceSpec): Promise<void> {
    process.kill((await this.driver.instance.inspect(spec.id))!.pid!, 'SIGSTOP');
  }

  async halt(spec: InstanceSpec): Promise<void> {
    await this.inGuest(spec, 'poweroff');
  }

  /** Promised to it alone: to ZFS as good as written, and done in a moment. */
  async occupy(spec: InstanceSpec, sizeMiB: number): Promise<void> {
    await run('zfs', 'set', `refreservation=${sizeMiB}M`, `${this.box.pool}/instances/${spec.id}`);
  }

  /**
   * What a program in the guest writes. `runc exec` enters the guest's user namespace first, from where the server's network namespace is out
   * of reach; so the guest's root is had by its id on the server instead.
   */
  async inGuest(spec: InstanceSpec, ...argv: string[]): Promise<string> {
    const { pid } = (await this.driver.instance.inspect(spec.id))!;
    const root = readFileSync(`/proc/${pid}/uid_map`, 'utf8').trim().split(/\s+/)[1]!;
    const namespaces = ['-m', '-p', '-n', '-u', '-i', '-C'];
    return run('nsenter', '-t', String(pid), ...namespaces, '-S', root, '-G', root, '--', ...argv);
  }

  async leftovers(spec: InstanceSpec): Promise<readonly string[]> {
    const { id } = spec;
    const { runDir, poolMountpoint, cgroupParent } = this.box;
    const aliases = JSON.parse((await run('ip', '-j', 'link')) || '[]') as { ifname: string; ifalias?: string }[];
    const mine = aliases.filter((link) => link.ifalias === id).map((link) => link.ifname);
    const guards = (await run('nft', 'list', 'tables', 'netdev')).split('\n').map((line) => line.split(' ')[2] ?? ''); // prettier-ignore
    const all = aliases.map((link) => link.ifname);
    return [
      ...(await run('zfs', 'list', '-H', '-t', 'filesystem,snapshot', '-o', 'name')).split('\n').filter((name) => name.includes(id)),
      ...mine.map((name) => `link ${name}`),
      ...guards.filter((name) => name !== '' && (mine.includes(name) || !all.includes(name))).map((name) => `guard ${name}`),
      ...list('/run/netns').filter((name) => name.includes(id)),
      ...['runc', 'ports', 'instances', 'sys', 'metadata'].flatMap((name) => list(join(runDir, name)).filter((entry) => entry.includes(id))),
      ...list(join(poolMountpoint, 'meta', 'instances')).filter((entry) => entry.includes(id)),
      ...list('/sys/fs/cgroup').map((name) => join('/sys/fs/cgroup', name, cgroupParent, id)).filter(existsSync),
      ...readFileSync('/proc/self/mounts', 'utf8').split('\n').filter((line) => line.includes(id)),
    ]; // prettier-ignore
  }

  async imageLeftovers(source: ImageSource): Promise<readonly string[]> {
    return [
      ...(await run('zfs', 'list', '-H', '-t', 'filesystem,snapshot', '-o', 'name')).split('\n').filter((name) => name.includes(source.id)),
      ...list(join(this.box.poolMountpoint, 'meta', 'images')).filter((name) => name.includes(source.id)),
    ]; // prettier-ignore
  }

  async close(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The network of the harness's instances. */
export const networkId = '00000000-0000-4000-8000-00000000000a';

/** A program's output; what it says to stderr ends up in the error. */
export function run(program: string, ...args: string[]): Promise<string> {
  return runOrThrow(new SystemRunner(), [program, ...args], { timeoutMs: 20_000 });
}

function list(path: string): string[] {
  return existsSync(path) ? readdirSync(path) : [];
}
