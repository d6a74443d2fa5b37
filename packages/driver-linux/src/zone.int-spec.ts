import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InstanceSpec } from '@nereid/contracts';
import { MetadataRefused, MetadataSessions, type ImageSource } from '@nereid/driver';
import { aTask, anInstance, bringUp, takeDown } from '@nereid/driver/conformance';
import { describeInBox } from '@nereid/infra-node-box/testing';
import { SystemClock } from '@nereid/ports';
import { until } from '@nereid/ports/until';
import { LinuxHarness, run, type TestBox } from './testing/linux-harness';

describeInBox(__filename, () => {
  let harness: LinuxHarness;
  let driver: LinuxHarness['driver'];
  const keys = mkdtempSync(join(tmpdir(), 'nereid-zone-'));
  let image: ImageSource;

  beforeAll(async () => {
    harness = await LinuxHarness.make(JSON.parse(process.env.NEREID_BOX!) as TestBox);
    driver = harness.driver;
    await driver.node.prepare(aTask().signal);
    image = await harness.image();
    await driver.image.import(aTask(), image);
  });
  afterAll(async () => {
    await driver.node.close();
    await harness.close();
    rmSync(keys, { recursive: true, force: true });
  });

  const serve = (spec: InstanceSpec): Promise<void> => {
    const values = new Map<string, string>(Object.entries({ ...spec.customerMetadata, 'sdc:uuid': spec.id }));
    const answers = {
      get: async (key: string) => values.get(key),
      keys: async () => [...values.keys()],
      put: async (key: string, value: string) => {
        if (key.startsWith('sdc:')) throw new MetadataRefused('read only');
        values.set(key, value);
      },
      delete: async (key: string) => void values.delete(key),
    };
    return driver.guest.serveMetadata(aTask(), spec, new MetadataSessions(new SystemClock(), answers).accept);
  };
  const inGuest = (spec: InstanceSpec, ...argv: string[]): Promise<string> => harness.inGuest(spec, ...argv);

  it('gives the guest its name, addresses, resolvers, metadata, scripts and a way in by SSH', async () => {
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(keys, 'key')]);
    const spec = anInstance(harness, image, {
      hostname: 'web-1',
      dnsDomain: 'example.test',
      resolvers: ['9.9.9.9', '8.8.8.8'],
      customerMetadata: {
        'root_authorized_keys': readFileSync(join(keys, 'key.pub'), 'utf8'),
        'user-script': 'echo run >> /root/script-ran; mdata-put said-by-guest hello',
        'umlaut': 'grüße',
      },
    });
    await serve(spec);
    await bringUp(harness, spec);
    const [nic] = spec.nics;
    expect(await inGuest(spec, 'hostname')).toBe('web-1\n');
    expect(await inGuest(spec, 'cat', '/etc/resolv.conf')).toBe('search example.test\nnameserver 9.9.9.9\nnameserver 8.8.8.8\n');
    const device = await inGuest(spec, 'ip', 'addr', 'show', 'net0');
    expect(device).toContain(`inet ${nic!.ip}/24`);
    expect(device).toContain(nic!.mac);
    expect(await inGuest(spec, 'ip', 'route')).toContain(`default via ${nic!.gateway}`);
    expect(await inGuest(spec, 'mdata-get', 'umlaut')).toBe('grüße\n');
    expect(await inGuest(spec, 'mdata-get', 'sdc:uuid')).toBe(`${spec.id}\n`);
    await expect(inGuest(spec, 'mdata-get', 'absent')).rejects.toThrow('exit 1');
    await expect(inGuest(spec, 'mdata-put', 'sdc:uuid', 'x')).rejects.toThrow('exit 2');
    await expect(inGuest(spec, 'mdata-get')).rejects.toThrow('exit 3');
    expect((await inGuest(spec, 'mdata-list')).split('\n')).toEqual(expect.arrayContaining(['umlaut', 'user-script']));
    expect(await until('the script', () => inGuest(spec, 'mdata-get', 'said-by-guest').catch(() => undefined))).toBe('hello\n');

    const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'BatchMode=yes', 'ConnectTimeout=5'];
    const argv = ['-i', join(keys, 'key'), ...options.flatMap((option) => ['-o', option]), `root@${nic!.ip}`];
    const answer = await until('SSH', () => run('ssh', ...argv, 'mdata-get sdc:uuid; cat /root/script-ran').catch(() => undefined));
    expect(answer).toBe(`${spec.id}\nrun\n`);

    // What the guest's root may not: each is tried through its own login, and the shell goes on.
    const forbidden = ['mount -t tmpfs tmpfs /mnt', 'mknod /tmp/disk b 8 0', 'ip link set net0 down', 'ip addr add 10.0.0.9/8 dev net0', 'unshare -U true', 'dmesg', 'echo 1 > /proc/sys/vm/drop_caches', 'hostname evil']; // prettier-ignore
    expect(
      await run('ssh', ...argv, forbidden.map((command) => `${command} 2>/dev/null && echo "could: ${command}"`).join('; ') + '; true'),
    ).toBe('');

    await driver.instance.reboot(aTask(), spec.id, { mode: 'graceful', timeoutMs: 10_000 });
    // At every boot, and what the guest wrote is still there.
    await until('the script again', async () => (await inGuest(spec, 'cat', '/root/script-ran')) === 'run\nrun\n');
    await takeDown(harness, spec);
    expect(await harness.leftovers(spec)).toEqual([]);
  });

  it('keeps a guest from speaking with a false address', async () => {
    const victim = anInstance(harness, image);
    const spec = anInstance(harness, image);
    await bringUp(harness, victim);
    await bringUp(harness, spec);
    const { pid } = (await driver.instance.inspect(spec.id))!;
    // As the server's root in the guest's network namespace: more than the guest itself could ever do.
    const inside = (...argv: string[]): Promise<string> => run('nsenter', '-t', String(pid), '-n', ...argv);
    const reaches = (from: string): boolean =>
      spawnSync('nsenter', ['-t', String(pid), '-n', 'busybox', 'ping', '-c', '1', '-W', '1', '-I', from, victim.nics[0]!.ip]).status === 0;
    await until('the neighbour answers', () => reaches(spec.nics[0]!.ip));

    const false_ = harness.nic(0, spec.nics[0]!.network).ip;
    await inside('ip', 'addr', 'add', `${false_}/24`, 'dev', 'net0');
    expect(reaches(false_)).toBe(false);
    await until('the neighbour still answers the true address', () => reaches(spec.nics[0]!.ip));

    await inside('ip', 'link', 'set', 'net0', 'address', '90:b8:d0:ff:ff:ff');
    expect(reaches(spec.nics[0]!.ip)).toBe(false);
    await inside('ip', 'link', 'set', 'net0', 'address', spec.nics[0]!.mac);
    await until('the true address again', () => reaches(spec.nics[0]!.ip));
    await takeDown(harness, spec);
    await takeDown(harness, victim);
  });

  it('holds the guest: own ids, few powers, limits that bite', async () => {
    const [spec, other] = [anInstance(harness, image), anInstance(harness, image)];
    await bringUp(harness, spec);
    await bringUp(harness, other);
    const base = async (one: InstanceSpec): Promise<number> => {
      const map = readFileSync(`/proc/${(await driver.instance.inspect(one.id))!.pid}/uid_map`, 'utf8')
        .trim()
        .split(/\s+/)
        .map(Number);
      expect(map[2]).toBe(65_536);
      return map[1]!;
    };
    expect(Math.abs((await base(spec)) - (await base(other)))).toBeGreaterThanOrEqual(65_536);
    expect(await inGuest(spec, 'stat', '-c', '%u:%g', '/proc/1', '/bin/busybox')).toContain(String(await base(spec)));

    const { pid } = (await driver.instance.inspect(spec.id))!;
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    expect(status).toMatch(/^Seccomp:\t2$/m);
    const powers = BigInt(`0x${/^CapBnd:\t(\w+)$/m.exec(status)![1]}`);
    for (const [name, bit] of Object.entries({ netAdmin: 12, netRaw: 13, sysModule: 16, sysAdmin: 21, mknod: 27, sysPtrace: 19 })) {
      expect([name, (powers >> BigInt(bit)) & 1n]).toEqual([name, 0n]);
    }
    const group = (controller: string, file: string): string =>
      readFileSync(join('/sys/fs/cgroup', controller, harness.box.cgroupParent, spec.id, file), 'utf8').trim();
    if (existsSync('/sys/fs/cgroup/memory')) {
      expect(group('memory', 'memory.limit_in_bytes')).toBe(String(128 * 1024 ** 2));
      expect(group('cpu', 'cpu.cfs_quota_us')).toBe('50000');
      expect(group('pids', 'pids.max')).toBe('200');
    }
    await takeDown(harness, spec);
    await takeDown(harness, other);
  });

  it('takes up after a restart of the agent: sees what runs, notices its end, carries removals through', async () => {
    const [running, half] = [anInstance(harness, image), anInstance(harness, image)];
    await bringUp(harness, running);
    await bringUp(harness, half);
    await run('zfs', 'set', 'nereid:state=deleting', `${harness.box.pool}/instances/${half.id}`);
    await driver.instance.stop(aTask(), half.id, { mode: 'kill', timeoutMs: 0 });
    await driver.node.close();

    const next = harness.anotherDriver();
    await next.node.prepare(aTask().signal);
    const inventory = await next.instance.inventory();
    expect(inventory.instances.find((one) => one.id === running.id)).toMatchObject({ phase: 'running', spec: running });
    expect(existsSync(join(harness.box.poolMountpoint, 'instances', half.id, 'bin'))).toBe(false);
    const stop = new AbortController();
    const seen: string[] = [];
    const watching = (async () => {
      for await (const event of next.instance.watch(stop.signal)) if (event.kind === 'exited') seen.push(event.id);
    })();
    process.kill((await next.instance.inspect(running.id))!.pid!, 'SIGKILL');
    await until('the end', () => seen.includes(running.id));
    stop.abort();
    await watching;
    await next.node.close();
    await driver.node.prepare(aTask().signal);
    await takeDown(harness, running);
    await takeDown(harness, half);
    expect(await harness.leftovers(running)).toEqual([]);
    expect(await harness.leftovers(half)).toEqual([]);
  });
});
