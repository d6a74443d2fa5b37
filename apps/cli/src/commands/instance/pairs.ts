import type { cloudapi } from '@nereid/contracts';
import type { Given, Run } from '../../command/spec';
import { usageError } from '../../cli-error';
import type { Cloud } from '../../cloud/cloud';
import { machineId } from '../../cloud/machines';
import { routes, type PlainRoute } from '../../cloud/routes.at-build';
import type { Context } from '../../context';
import { untilInstance } from '../../waiting/instance-waits';
import { waitTimeoutMs } from '../../waiting/poll';
import { confirmed } from '../confirm';
import { pairsOf, pairsOfFiles, type Pairs } from '../pairs';

export type PairKind = 'tag' | 'metadata';

/** The routes of one kind. Metadata's differ from those of tags in that values are texts only, and in the name of a parameter. */
interface PairRoutes {
  readonly list: PlainRoute<typeof cloudapi.listTags>;
  readonly add: PlainRoute<typeof cloudapi.addTags>;
  readonly get: PlainRoute<typeof cloudapi.getTag>;
  readonly remove: PlainRoute<typeof cloudapi.deleteTag>;
  readonly removeAll: PlainRoute<typeof cloudapi.deleteAllTags>;
  readonly param: string;
}

const { listTags, addTags, getTag, deleteTag, deleteAllTags } = routes;
const { listMetadata, addMetadata, getMetadata, deleteMetadata, deleteAllMetadata } = routes;
const routesOf: Readonly<Record<PairKind, PairRoutes>> = {
  tag: { list: listTags, add: addTags, get: getTag, remove: deleteTag, removeAll: deleteAllTags, param: 'tag' },
  metadata: {
    list: listMetadata,
    add: addMetadata,
    get: getMetadata,
    remove: deleteMetadata,
    removeAll: deleteAllMetadata,
    param: 'key',
  } as unknown as PairRoutes,
};

export const list =
  (kind: PairKind): Run =>
  async (context, given) => {
    const { cloud, id } = await aim(context, given);
    print(context, given, (await cloud.call(routesOf[kind].list, { id })).body);
  };

export const get =
  (kind: PairKind): Run =>
  async (context, given) => {
    const { cloud, id } = await aim(context, given);
    const { body } = await cloud.call(routesOf[kind].get, { id, [routesOf[kind].param]: given.args[1]! });
    if (given.flags.has('json')) context.terminal.print(JSON.stringify(body));
    else context.terminal.print(String(body));
  };

export const set =
  (kind: PairKind): Run =>
  async (context, given) => {
    const pairs = await wanted(context, given);
    const { cloud, id } = await aim(context, given);
    let { body } = await cloud.call(routesOf[kind].add, { id }, pairs);
    // Metadata is kept as text whatever was sent.
    const isSet = (seen: Pairs): boolean =>
      Object.entries(pairs).every(([key, value]) => (kind === 'tag' ? seen[key] === value : seen[key] === String(value)));
    if (given.flags.has('wait')) body = await until(context, given, cloud, id, kind, isSet);
    print(context, given, body);
  };

export const replaceAll =
  (kind: PairKind): Run =>
  async (context, given) => {
    const pairs = await wanted(context, given);
    const { cloud, id } = await aim(context, given);
    let { body } = await cloud.call(routes.replaceTags, { id }, pairs);
    const isSame = (seen: Pairs): boolean =>
      Object.keys(seen).length === Object.keys(pairs).length && Object.entries(pairs).every(([key, value]) => seen[key] === value);
    if (given.flags.has('wait')) body = await until(context, given, cloud, id, kind, isSame);
    print(context, given, body);
  };

export const remove =
  (kind: PairKind): Run =>
  async (context, given) => {
    const [text = '', ...keys] = given.args;
    const isAll = given.flags.has('all');
    if (isAll === keys.length > 0)
      throw usageError(isAll ? 'keys and --all are two ways of saying which: give one' : 'KEY or --all is missing');
    const what = isAll ? `all ${kind === 'tag' ? 'tags' : 'metadata'}` : `${kind} ${keys.join(', ')}`;
    if (kind === 'metadata' && !given.flags.has('force') && !(await confirmed(context, `Delete ${what} of instance "${text}"?`))) return;
    const { cloud, id } = await aim(context, given);
    if (isAll) {
      await cloud.call(routesOf[kind].removeAll, { id });
    } else {
      await Promise.all(keys.map((key) => cloud.call(routesOf[kind].remove, { id, [routesOf[kind].param]: key })));
    }
    if (given.flags.has('wait') && !isAll) await until(context, given, cloud, id, kind, (seen) => keys.every((key) => !(key in seen)));
    if (kind === 'metadata') context.terminal.print(`Deleted ${what} of instance "${id}"`);
    else if (isAll) context.terminal.print(`Deleted all tags on instance ${text}`);
    else context.terminal.print(...keys.map((key) => `Deleted tag ${key} on instance ${text}`));
  };

async function aim(context: Context, { args: [text = ''] }: Given): Promise<{ cloud: Cloud; id: string }> {
  const cloud = await context.cloud();
  return { cloud, id: await machineId(cloud, text) };
}

/** @throws CliError `Usage` nothing is given */
async function wanted(context: Context, { args, values }: Given): Promise<Pairs> {
  const pairs = { ...(await pairsOfFiles(context, values['file'] ?? [])), ...pairsOf(args.slice(1)) };
  if (Object.keys(pairs).length === 0) throw usageError('KEY=VALUE or --file is missing');
  return pairs;
}

function until(context: Context, given: Given, cloud: Cloud, id: string, kind: PairKind, isDone: (seen: Pairs) => boolean): Promise<Pairs> {
  return untilInstance<Pairs>(context, {
    id,
    what: `${kind === 'tag' ? 'tags' : 'metadata'} of instance ${id}`,
    timeoutMs: waitTimeoutMs(given),
    ask: async () => (await cloud.call(routesOf[kind].list, { id })).body,
    isDone,
    follow: `nereid instance ${kind} ls ${id}`,
  });
}

function print({ terminal }: Context, { flags }: Given, pairs: unknown): void {
  if (!flags.has('quiet')) terminal.print(JSON.stringify(pairs, undefined, flags.has('json') ? undefined : 4));
}
