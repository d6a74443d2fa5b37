import { cloudapi } from '@nereid/contracts';
import { Problem, type Path } from '../diagnostics/problem';
import { isAbsent, type Cloud } from './cloud';

type Image = cloudapi.ImageObject;
type Package = cloudapi.PackageObject;
type Network = cloudapi.NetworkObject;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function isId(text: string): boolean {
  return uuid.test(text);
}

/**
 * What instances are made of, by the names that people write. Asked for once: a plan of a hundred instances of one image needs one
 * question, and this process lives for one command.
 */
export class Catalogue {
  private readonly answers = new Map<string, Promise<unknown>>();

  constructor(private readonly cloud: Cloud) {}

  /** An image by id, by `name` (its newest) or by `name@version`. @throws Problem there is none, at `path` */
  async image(spelt: string, path: Path): Promise<Image> {
    if (isId(spelt)) {
      const found = await this.once(`image ${spelt}`, () => this.orUndefined(this.cloud.call(cloudapi.getImage, { id: spelt }, {})));
      if (found) return found.body;
      throw new Problem('Unknown image', `There is no image ${spelt} that this account may use.`, path);
    }
    const all = await this.images();
    const [name, version] = spelt.split('@');
    const named = all.filter((image) => image.name === name && (version === undefined || image.version === version));
    const newest = named.sort(byAge).at(-1);
    if (newest) return newest;
    const names = [...new Set(all.map((image) => image.name))];
    throw new Problem('Unknown image', `There is no image "${spelt}" that this account may use. ${listed('Images', names)}`, path);
  }

  /** A package by id or name. @throws Problem there is none, at `path` */
  async package(spelt: string, path: Path): Promise<Package> {
    const found = await this.once(`package ${spelt}`, () => this.orUndefined(this.cloud.call(cloudapi.getPackage, { package: spelt }, {})));
    if (found) return found.body;
    const names = (await this.packages()).map((each) => each.name);
    throw new Problem('Unknown package', `There is no package "${spelt}" that this account may use. ${listed('Packages', names)}`, path);
  }

  /** A network by id or name. @throws Problem there is none, at `path` */
  async network(spelt: string, path: Path): Promise<Network> {
    const all = await this.networks();
    const found = all.find((network) => network.id === spelt.toLowerCase()) ?? all.find((network) => network.name === spelt);
    if (found) return found;
    const names = all.map((network) => network.name);
    throw new Problem('Unknown network', `There is no network "${spelt}" that this account may use. ${listed('Networks', names)}`, path);
  }

  images(): Promise<Image[]> {
    return this.once('images', async () => (await this.cloud.call(cloudapi.listImages, {}, {})).body);
  }

  packages(): Promise<Package[]> {
    return this.once('packages', async () => (await this.cloud.call(cloudapi.listPackages, {}, {})).body);
  }

  networks(): Promise<Network[]> {
    return this.once('networks', async () => (await this.cloud.call(cloudapi.listNetworks, {}, {})).body);
  }

  private once<T>(what: string, ask: () => Promise<T>): Promise<T> {
    const known = this.answers.get(what) as Promise<T> | undefined;
    if (known) return known;
    const asked = ask();
    this.answers.set(what, asked);
    asked.catch(() => this.answers.delete(what));
    return asked;
  }

  private async orUndefined<T>(asked: Promise<T>): Promise<T | undefined> {
    try {
      return await asked;
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }
}

/** Oldest first. */
export function byAge(a: Image, b: Image): number {
  return (a.published_at ?? '').localeCompare(b.published_at ?? '');
}

/** At most ten of the names that there are, for a message. */
function listed(what: string, names: readonly string[]): string {
  if (names.length === 0) return `There are no ${what.toLowerCase()} at all.`;
  const more = names.length > 10 ? `, and ${names.length - 10} more` : '';
  return `${what}: ${names.slice(0, 10).join(', ')}${more}.`;
}
