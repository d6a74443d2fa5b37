import type { ReplyOf } from '@nereid/client';
import type { cloudapi } from '@nereid/contracts';
import { CliError, notFound } from '../cli-error';
import type { Context } from '../context';
import type { Cloud } from './cloud';
import { byPrefix, isUuid } from './ids';
import { kept, minutesMs } from './kept';
import { routes } from './routes.at-build';

export type Image = cloudapi.ImageObject;
export type Package = ReplyOf<typeof cloudapi.getPackage>;
export type Network = cloudapi.NetworkObject;

/** Images of every state, at most five minutes old. */
export async function knownImages(context: Context, cloud: Cloud): Promise<Image[]> {
  const fetch = async (): Promise<Image[]> => (await cloud.call(routes.listImages, {}, { state: 'all' })).body;
  return kept(context, cloud.profile, 'images', minutesMs(5), fetch);
}

/**
 * By UUID, `name@version`, name (the one published last) or the first digits of its id, among active images unless told.
 * @throws CliError `ResourceNotFound`
 */
export async function findImage(cloud: Cloud, text: string, isAny = false): Promise<Image> {
  if (isUuid(text)) return orNotFound(cloud.call(routes.getImage, { id: text.toLowerCase() }), `image with id ${text} was not found`);
  const { body } = await cloud.call(routes.listImages, {}, isAny ? { state: 'all' } : {});
  const [name, version] = text.split('@');
  const named = body.filter((image) => image.name === name && (version === undefined || image.version === version));
  const latest = named.sort((a, b) => ((a.published_at ?? '') < (b.published_at ?? '') ? 1 : -1))[0];
  const found = latest ?? only(byPrefix(body, text), 'image', text);
  if (found) return found;
  throw notFound(`no image with ${text} or short id "${text}" was found`);
}

/** By UUID, exact name or the first digits of its id. @throws CliError `ResourceNotFound`; without a code when several have the name */
export async function findPackage(cloud: Cloud, text: string): Promise<Package> {
  if (isUuid(text)) return orNotFound(cloud.call(routes.getPackage, { package: text }), `package with id ${text} was not found`);
  const { body } = await cloud.call(routes.listPackages, {}, {});
  return byNameOrPrefix(body, 'package', text);
}

/** By UUID, exact name or the first digits of its id. @throws CliError `ResourceNotFound`; without a code when several have the name */
export async function findNetwork(cloud: Cloud, text: string): Promise<Network> {
  if (isUuid(text)) return orNotFound(cloud.call(routes.getNetwork, { id: text }), `network with id ${text} was not found`);
  const { body } = await cloud.call(routes.listNetworks, {}, {});
  return byNameOrPrefix(body, 'network', text);
}

function byNameOrPrefix<T extends { readonly id: string; readonly name: string }>(items: readonly T[], what: string, text: string): T {
  const named = items.filter(({ name }) => name === text);
  if (named.length > 1) throw new CliError(undefined, `${what} name "${text}" is ambiguous: matches ${named.length} ${what}s`);
  const found = named[0] ?? only(byPrefix(items, text), what, text);
  if (found) return found;
  throw notFound(`no ${what} with name or short id "${text}" was found`);
}

function only<T>(found: readonly T[], what: string, text: string): T | undefined {
  if (found.length > 1) throw new CliError(undefined, `${what} short id "${text}" is ambiguous: it begins ${found.length} ids`);
  return found[0];
}

/** An answer's body; the API's "not found" in our words, for it was we who looked it up. */
export async function orNotFound<T>(answer: Promise<{ readonly body: T }>, message: string): Promise<T> {
  try {
    return (await answer).body;
  } catch (error) {
    if (error instanceof CliError && error.code === 'ResourceNotFound') throw notFound(message, { ...error.detail, exit: undefined });
    throw error;
  }
}
