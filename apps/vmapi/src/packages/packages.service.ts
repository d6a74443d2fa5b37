import { Inject, Injectable } from '@nestjs/common';
import { type AccountId, createPackage, type Package, PackageId, packageHint, ServiceError } from '@nereid/contracts';
import { Bus } from '@nereid/bus';
import type { Ids } from '@nereid/ports';
import type { z } from 'zod';
import { IDS } from '@nereid/platform';
import { compareVersions } from './package-versions';
import { type NewPackage, type PackageFilter, PackagesRepository } from './packages.repository';

type CreatePackage = z.output<(typeof createPackage)['request']>;

@Injectable()
export class PackagesService {
  constructor(
    @Inject(PackagesRepository) private readonly packages: PackagesRepository,
    @Inject(Bus) private readonly bus: Bus,
    @Inject(IDS) private readonly ids: Ids,
  ) {}

  /**
   * Makes a package. Safe to repeat with an id: the same content answers what is there.
   * @throws InUse the id or the name and version stand for something else @throws ValidationFailed sizes that contradict each other
   */
  async create(want: CreatePackage): Promise<Package> {
    const made: NewPackage = {
      ...want,
      id: want.id ?? PackageId.parse(this.ids.random()),
      active: want.active ?? true,
      owners: want.owners ?? [],
      networks: want.networks ?? [],
      isDefault: want.isDefault ?? false,
      cpuShares: want.cpuShares ?? defaultShares(want.memoryMiB),
    };
    checkSizes(made);
    const inserted = await this.packages.insert(made);
    if (inserted) {
      this.bus.hint(packageHint, { package: inserted.id });
      return inserted;
    }
    const there = await this.packages.find(made.id);
    if (there && isSame(there, made)) return there;
    throw new ServiceError('InUse', `package ${made.id} exists with other content; packages never change, make another version`);
  }

  /** By id, inactive too, since instances refer to it; or by name the newest active version. @throws ResourceNotFound */
  async get(idOrName: string, account: AccountId | undefined): Promise<Package> {
    const byId = PackageId.safeParse(idOrName);
    const found = byId.success ? await this.packages.find(byId.data) : await this.newestOf(idOrName, account);
    if (!found || !maySee(found, account)) throw new ServiceError('ResourceNotFound', `package ${idOrName} not found`);
    return found;
  }

  list(filter: PackageFilter): Promise<Package[]> {
    return this.packages.list(filter);
  }

  /** How many can be used. */
  count(): Promise<{ active: number }> {
    return this.packages.count();
  }

  private async newestOf(name: string, account: AccountId | undefined): Promise<Package | undefined> {
    const named = await this.packages.list({ name, account, includeInactive: false });
    return named.sort((a, b) => compareVersions(a.version, b.version)).at(-1);
  }
}

function maySee(seen: Package, account: AccountId | undefined): boolean {
  return account === undefined || seen.owners.length === 0 || seen.owners.includes(account);
}

/** A share by memory, at least 1. Source: PAPI, `fss` when absent. */
function defaultShares(memoryMiB: number): number {
  return Math.min(65535, Math.max(1, Math.floor(memoryMiB / 128)));
}

function checkSizes(made: NewPackage): void {
  const complain = (field: string, message: string): never => {
    throw new ServiceError('ValidationFailed', message, { errors: [{ field, code: 'Invalid', message }] });
  };
  if (made.swapMiB < made.memoryMiB) complain('swapMiB', 'swapMiB counts memory and swap together and cannot be less than memoryMiB');
  if (made.cpuCapPercent > 0 && made.cpuCapPercent < 20) complain('cpuCapPercent', 'cpuCapPercent must be 0 (no cap) or at least 20');
  if ((made.brand === 'bhyve' || made.brand === 'kvm') && made.vcpus === undefined)
    complain('vcpus', `a ${made.brand} package needs vcpus`);
}

function isSame(there: Package, made: NewPackage): boolean {
  const { createdAt: _c, updatedAt: _u, rowVersion: _r, ...content } = there;
  return canonical(content) === canonical(made);
}

function canonical(value: object): string {
  return JSON.stringify(
    Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
