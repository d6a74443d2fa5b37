import { Bus } from '@nereid/bus';
import { cloudapi, getPackage, listPackages, type Package } from '@nereid/contracts';
import { Controller } from '@nestjs/common';
import type { Answer, Call } from '../http/call';
import { Route } from '../http/route.decorator';

@Controller()
export class PackagesController {
  constructor(private readonly bus: Bus) {}

  @Route(cloudapi.listPackages)
  async list({ account, caller, input }: Call<typeof cloudapi.listPackages>): Promise<Answer<typeof cloudapi.listPackages>> {
    const { packages } = await this.bus.call(listPackages, { account: account.id }, caller);
    const wanted = Object.entries(input).filter(([, value]) => value !== undefined);
    const isWanted = (shown: Readonly<Record<string, unknown>>): boolean =>
      wanted.every(([name, value]) => (name === 'flexible_disk' ? value === false : fits(shown[name], value)));
    return { body: packages.map(toPackageObject).filter(isWanted) };
  }

  @Route(cloudapi.getPackage)
  async get({ account, caller, params }: Call<typeof cloudapi.getPackage>): Promise<Answer<typeof cloudapi.getPackage>> {
    return { body: toPackageObject(await this.bus.call(getPackage, { idOrName: params.package, account: account.id }, caller)) };
  }
}

/** Numbers match exactly; text may hold `*`. */
function fits(shown: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'string' || !wanted.includes('*')) return shown === wanted;
  if (typeof shown !== 'string') return false;
  const [first, ...rest] = wanted.split('*');
  if (!shown.startsWith(first!)) return false;
  let from = first!.length;
  for (const part of rest.slice(0, -1)) {
    const at = shown.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  const last = rest.at(-1)!;
  return shown.length - last.length >= from && shown.endsWith(last);
}

function toPackageObject(pkg: Package): cloudapi.PackageObject {
  return {
    id: pkg.id,
    name: pkg.name,
    version: pkg.version,
    group: pkg.group,
    description: pkg.description,
    memory: pkg.memoryMiB,
    disk: pkg.quotaGiB * 1024,
    swap: pkg.swapMiB,
    lwps: pkg.maxProcesses,
    vcpus: pkg.vcpus ?? 0,
    default: pkg.isDefault,
    brand: pkg.brand,
  };
}
