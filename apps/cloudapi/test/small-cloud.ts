import type { Bus } from '@nereid/bus';
import {
  AccountId,
  ConsoleToken,
  ImageId,
  JobId,
  NetworkId,
  PackageId,
  ServiceError,
  ServerId,
  VmId,
  accountHint,
  accountOf,
  createKey,
  createVm,
  deleteKey,
  destroyVm,
  getAccount,
  getImage,
  getJob,
  getKey,
  getNetwork,
  getPackage,
  getVm,
  listImages,
  listJobs,
  listKeys,
  listNetworks,
  listPackages,
  listVmAudit,
  listVms,
  openConsole,
  readFeed,
  rebootVm,
  resizeVm,
  resolveKey,
  startVm,
  stopVm,
  updateAccount,
  updateVm,
  type Account,
  type AuditEntry,
  type ConsoleWish,
  type FeedEntry,
  type Image,
  type Job,
  type Network,
  type Package,
  type SshKey,
  type Vm,
  type VmSubResource,
} from '@nereid/contracts';
import { keyReference, parseSshPublicKey } from '@nereid/http-signature';
import { SystemIds } from '@nereid/ports';
import { InMemoryBus } from './in-memory-bus';

const ids = new SystemIds();
const at = '2026-11-22T10:00:00.000Z';
const missing = (what: string): ServiceError => new ServiceError('ResourceNotFound', `There is no such ${what}.`);

/** The services behind the door, as small as they can be and still keep what they are told. Serves the real contracts. */
export class SmallCloud<B extends Bus = InMemoryBus> {
  /** vmapi's feed. Entries up to `forgottenUpTo` are kept no longer. */
  readonly feed: FeedEntry[] = [];
  forgottenUpTo = 0;
  readonly accounts = new Map<string, Account>();
  readonly keys = new Map<string, SshKey[]>();
  readonly vms = new Map<string, Vm>();
  readonly jobs = new Map<string, Job>();
  readonly audit: AuditEntry[] = [];
  /** What consoles were asked for. */
  readonly wishes: ConsoleWish[] = [];
  readonly accepted = new Map<string, { hash: string; vm: string }>();
  readonly image: Image = {
    id: ImageId.parse(ids.random()),
    owner: AccountId.parse(ids.random()),
    name: 'base',
    version: '1.0.0',
    os: 'linux',
    type: 'lx-dataset',
    public: true,
    acl: [],
    requirements: { minMemoryMiB: 64 },
    tags: { role: 'os' },
    state: 'active',
    file: { sha1: 'a'.repeat(40), sha256: 'b'.repeat(64), sizeBytes: 1_234_567, compression: 'gzip' },
    publishedAt: at,
    createdAt: at,
    rowVersion: 1,
  };
  readonly package: Package = {
    id: PackageId.parse(ids.random()),
    name: 'g1-128M',
    version: '1.0.0',
    active: true,
    owners: [],
    memoryMiB: 128,
    swapMiB: 256,
    quotaGiB: 5,
    cpuCapPercent: 100,
    cpuShares: 100,
    maxProcesses: 1000,
    ioPriority: 100,
    networks: [],
    isDefault: false,
    createdAt: at,
    updatedAt: at,
    rowVersion: 1,
  };
  readonly networks = [this.aNetwork('external', true), this.aNetwork('internal', false)];

  /** @param hasFeed false: a test serves vmapi's feed itself */
  constructor(
    readonly bus: B = new InMemoryBus() as unknown as B,
    hasFeed = true,
  ) {
    if (hasFeed) this.serveFeed();
    this.serveIdentity();
    this.serveCatalogue();
    this.serveVms();
    this.serveJobs();
  }

  /** Makes an account with these public keys. */
  addAccount(login: string, publicLines: readonly string[], change: Partial<Account> = {}): Account {
    const id = AccountId.parse(ids.random());
    const account: Account = {
      id,
      login,
      email: `${login}@example.com`,
      cnsEnabled: false,
      approvedForProvisioning: true,
      disabled: false,
      createdAt: at,
      updatedAt: at,
      version: 1,
      ...change,
    };
    this.accounts.set(id, account);
    this.keys.set(
      id,
      publicLines.map((line, index) => this.toKey(id, line, `key${index}`)),
    );
    return account;
  }

  /** Puts a running instance there. */
  addVm(owner: AccountId, change: Partial<Vm> = {}): Vm {
    const id = VmId.parse(ids.random());
    const vm: Vm = {
      id,
      owner,
      alias: id.slice(0, 8),
      brand: 'lx',
      state: 'running',
      image: this.image.id,
      package: this.package.id,
      packageName: this.package.name,
      memoryMiB: 128,
      swapMiB: 256,
      quotaGiB: 5,
      cpuCapPercent: 100,
      cpuShares: 100,
      maxProcesses: 1000,
      ioPriority: 100,
      server: ServerId.parse(ids.random()),
      nics: [],
      metadata: {},
      tags: {},
      firewallEnabled: false,
      deletionProtection: false,
      conditions: [],
      createdAt: at,
      updatedAt: at,
      version: 1,
      generation: 1,
      ...change,
    };
    this.vms.set(id, vm);
    return vm;
  }

  /** Puts a job there that has just begun. */
  addJob(vm: Vm, change: Partial<Job> = {}): Job {
    const id = JobId.parse(ids.random());
    const job: Job = {
      id,
      workflow: 'vm.provision',
      workflowVersion: 1,
      vm: vm.id,
      owner: vm.owner,
      state: 'running',
      createdAt: at,
      startedAt: at,
      epoch: 1,
      steps: [{ name: 'pick-server', direction: 'do', state: 'started', attempts: 0, startedAt: at }],
      ...change,
    };
    this.jobs.set(id, job);
    return job;
  }

  /** Changes an instance and tells of it in the feed, unless the word of it gets lost. */
  change(id: VmId, change: Partial<Vm>, changed: readonly VmSubResource[], isTold = true): Vm {
    const vm = this.put(this.vms.get(id)!, change);
    const seq = this.feed.length + 1;
    const entry = { seq, subject: 'vm.changed', resourceId: id, version: vm.version, at, body: { owner: vm.owner, changed } };
    this.feed.push(entry);
    if (isTold) this.bus.publishFeed('vmapi', { head: seq, entries: [entry] });
    return vm;
  }

  private aNetwork(name: string, isPublic: boolean): Network {
    return {
      id: NetworkId.parse(ids.random()),
      name,
      nicTag: name,
      vlanId: 0,
      subnet: '10.1.0.0/24',
      provisionStart: '10.1.0.10',
      provisionEnd: '10.1.0.250',
      gateway: '10.1.0.1',
      resolvers: ['10.1.0.1'],
      routes: {},
      mtu: 1500,
      owners: [],
      fabric: false,
      public: isPublic,
      createdAt: at,
      version: 1,
    };
  }

  private toKey(account: AccountId, line: string, name?: string): SshKey {
    const key = parseSshPublicKey(line);
    return {
      account,
      name: name ?? key.md5,
      publicKey: key.openssh,
      type: key.type,
      fingerprint: key.md5,
      sha256Fingerprint: key.sha256,
      createdAt: at,
    };
  }

  private findKey(account: string, text: string): SshKey | undefined {
    const { value } = keyReference(text);
    return this.keys.get(account)?.find((key) => [key.fingerprint, key.sha256Fingerprint, key.name].includes(value));
  }

  private serveIdentity(): void {
    const { bus } = this;
    bus.serve(readFeed.identity, () => ({ head: 0, resync: false, entries: [] }));
    bus.serve(resolveKey, ({ login, key }) => {
      const account = [...this.accounts.values()].find((one) => one.login === login || one.id === login);
      const found = account && this.findKey(account.id, key);
      if (!account || !found) throw new ServiceError('InvalidCredentials', 'no');
      return { account, key: found };
    });
    bus.serve(getAccount, (which) => this.accounts.get('id' in which ? which.id : '')!);
    bus.serve(updateAccount, ({ id, patch }) => {
      const isTaken = [...this.accounts.values()].some((other) => other.id !== id && other.email === patch.email);
      if (isTaken) throw new ServiceError('InUse', 'Another account has this email.');
      this.accounts.set(id, { ...this.accounts.get(id)!, ...patch });
      return this.accounts.get(id)!;
    });
    bus.serve(listKeys, ({ account }) => ({ keys: this.keys.get(account) ?? [] }));
    bus.serve(getKey, ({ account, key }) => {
      const found = this.findKey(account, key);
      if (!found) throw missing('key');
      return found;
    });
    bus.serve(createKey, ({ account, name, publicKey }) => {
      let key: SshKey;
      try {
        key = this.toKey(account, publicKey, name);
      } catch (error) {
        throw new ServiceError('InvalidArgument', (error as Error).message);
      }
      if (this.findKey(account, key.fingerprint)) throw new ServiceError('InUse', 'The account has this key already.');
      this.keys.get(account)!.push(key);
      bus.hint(accountHint, { account });
      return key;
    });
    bus.serve(deleteKey, ({ account, key }) => {
      const found = this.findKey(account, key);
      if (!found) throw missing('key');
      this.keys.set(account, this.keys.get(account)!.filter((one) => one !== found)); // prettier-ignore
      bus.hint(accountHint, { account });
      return {};
    });
  }

  private serveCatalogue(): void {
    const { bus } = this;
    bus.serve(listImages, () => ({ images: [this.image] }));
    bus.serve(getImage, ({ id }) => {
      if (id !== this.image.id) throw missing('image');
      return this.image;
    });
    bus.serve(listPackages, () => ({ packages: [this.package] }));
    bus.serve(getPackage, ({ idOrName }) => {
      if (idOrName !== this.package.id && idOrName !== this.package.name) throw missing('package');
      return this.package;
    });
    bus.serve(listNetworks, () => ({ networks: this.networks }));
    bus.serve(getNetwork, ({ id }) => {
      const found = this.networks.find((network) => network.id === id);
      if (!found) throw missing('network');
      return found;
    });
  }

  private owned(id: string, owner: string | undefined): Vm {
    const vm = this.vms.get(id);
    if (!vm || (owner !== undefined && vm.owner !== owner)) throw missing('instance');
    return vm;
  }

  put(vm: Vm, change: Partial<Vm>): Vm {
    const changed = { ...vm, ...change, version: vm.version + 1 };
    this.vms.set(vm.id, changed);
    return changed;
  }

  private living(id: string, owner: string | undefined): Vm {
    const vm = this.owned(id, owner);
    if (vm.state === 'destroyed') throw new ServiceError('Gone', 'It has been destroyed.');
    return vm;
  }

  private serveFeed(): void {
    this.bus.serve(readFeed.vmapi, ({ after, limit }) => {
      const head = this.feed.length;
      if (after < this.forgottenUpTo || after > head) return { head, resync: true, entries: [] };
      return { head, resync: false, entries: this.feed.slice(after, after + (limit ?? 500)) };
    });
  }

  private serveVms(): void {
    const { bus } = this;
    bus.serve(createVm, (want) => {
      const earlier = want.idempotency && this.accepted.get(want.idempotency.key);
      if (earlier) {
        if (earlier.hash !== want.idempotency!.hash) throw new ServiceError('IdempotencyMismatch', 'The key was used for another request.');
        return { vm: this.vms.get(earlier.vm)! };
      }
      const vm = this.addVm(want.owner, {
        ...(want.alias && { alias: want.alias.replaceAll('{{shortId}}', 'abcdef01') }),
        state: 'provisioning',
        brand: want.brand!,
        metadata: want.metadata,
        tags: want.tags,
        locality: want.locality,
        firewallEnabled: want.firewallEnabled,
        deletionProtection: want.deletionProtection,
      });
      if (want.idempotency) this.accepted.set(want.idempotency.key, { hash: want.idempotency.hash, vm: vm.id });
      return { vm };
    });
    bus.serve(getVm, ({ id, owner }) => this.owned(id, owner));
    bus.serve(listVms, ({ filter, limit, offset }) => {
      const states = filter.states ?? ['provisioning', 'running', 'stopping', 'stopped', 'offline', 'unknown'];
      const found = [...this.vms.values()].filter(
        (vm) =>
          vm.owner === filter.owner &&
          filter.ids?.includes(vm.id) !== false &&
          states.includes(vm.state) &&
          (filter.alias === undefined || vm.alias === filter.alias) &&
          (filter.brands === undefined || filter.brands.includes(vm.brand)) &&
          Object.entries(filter.tags ?? {}).every(([name, value]) => name in vm.tags && (value === '*' || String(vm.tags[name]) === value)),
      );
      return { items: found.slice(offset ?? 0, (offset ?? 0) + (limit ?? 1000)) };
    });
    bus.serve(startVm, ({ id, owner }) => {
      const vm = this.living(id, owner);
      const job = vm.state === 'running' ? undefined : this.addJob(vm, { workflow: 'vm.start', state: 'queued', steps: [] }).id;
      return { vm: this.put(vm, { state: 'running' }), ...(job && { job }) };
    });
    bus.serve(stopVm, ({ id, owner }) => ({ vm: this.put(this.living(id, owner), { state: 'stopped' }) }));
    bus.serve(rebootVm, ({ id, owner }) => ({ vm: this.put(this.living(id, owner), { state: 'running' }) }));
    bus.serve(resizeVm, ({ id, owner, package: wanted }) => {
      const vm = this.living(id, owner);
      if (vm.package === wanted) return { vm };
      return { vm, job: this.addJob(vm, { workflow: 'vm.resize', state: 'queued', steps: [] }).id };
    });
    bus.serve(destroyVm, ({ id, owner }) => {
      const vm = this.owned(id, owner);
      if (vm.deletionProtection) throw new ServiceError('CannotDestroyMachine', 'Deletion protection is on.');
      if (vm.state === 'destroyed') return { vm };
      this.put(vm, { state: 'destroyed' });
      return { vm: { ...vm, state: 'stopping' as const } };
    });
    bus.serve(updateVm, ({ id, owner, action, alias, metadata, tags }) => {
      const vm = this.living(id, owner);
      const change: Partial<Vm> = {};
      if (alias !== undefined) change.alias = alias;
      if (action.endsWith('_firewall')) change.firewallEnabled = action.startsWith('enable');
      if (action.endsWith('_protection')) change.deletionProtection = action.startsWith('enable');
      if (metadata) change.metadata = merge(vm.metadata, metadata);
      if (tags) change.tags = merge(vm.tags, tags);
      return this.put(vm, change);
    });
    bus.serve(openConsole, ({ id, owner, wish }) => {
      const { server } = this.owned(id, owner);
      const session = '00000000-0000-4000-8000-0000000000c0';
      this.wishes.push(wish);
      return { session, token: ConsoleToken.parse(`${session}.${'t'.repeat(43)}`), expiresInMs: 60_000, server: server! };
    });
    bus.serve(listVmAudit, ({ id, owner }) => {
      this.owned(id, owner);
      return { entries: this.audit.filter((entry) => entry.vm === id) };
    });
  }

  /** An account is shown its own jobs only, as vmapi does it. */
  private serveJobs(): void {
    this.bus.serve(getJob, ({ id }, caller) => {
      const job = this.jobs.get(id);
      if (!job || job.owner !== accountOf(caller)) throw missing('job');
      return job;
    });
    this.bus.serve(listJobs, ({ vm, limit }, caller) => {
      const found = [...this.jobs.values()].filter((job) => job.vm === vm && job.owner === accountOf(caller)).reverse();
      return { items: found.slice(0, limit).map(({ steps: _, ...job }) => job) };
    });
  }
}

function merge<T>(
  from: Record<string, T>,
  { replace, set, remove }: { replace: boolean; set: Record<string, T>; remove: string[] },
): Record<string, T> {
  const merged = { ...(replace ? {} : from), ...set };
  for (const key of remove) delete merged[key];
  return merged;
}
