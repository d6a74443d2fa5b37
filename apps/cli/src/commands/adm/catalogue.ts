import { operatorRoutes, type OperatorClient } from '@nereid/client/operator';
import { shortId } from '../../cloud/ids';
import { showList, showOne } from '../../output/show';
import { confirmed } from '../confirm';
import { filters } from '../filters';
import { all, idOf } from './lookup';
import { asOperator } from './operator';

export const listImages = asOperator(async (client, context, given) => {
  const query = {
    ...(given.flags.has('all') && { state: 'all' }),
    ...filters(given.args, ['name', 'version', 'os', 'type', 'owner', 'public', 'state']),
  };
  const { body } = await client.call(operatorRoutes.listImages, {}, query);
  showList(context, given, body, {
    columns: ['shortid', 'name', 'version', 'state', 'public', 'os', 'type', 'published'],
    long: ['uuid', 'name', 'version', 'state', 'public', 'owner', 'os', 'type', 'published_at'],
    sort: ['published_at'],
    cells: { shortid: ({ uuid }) => shortId(uuid), published: ({ published_at }) => (published_at ?? '').slice(0, 10) },
  });
});

export const getImage = asOperator(async (client, context, given) => {
  const uuid = await imageId(client, given.args[0]!);
  showOne(context, given, (await client.call(operatorRoutes.getImage, { uuid }, {})).body);
});

export const deleteImage = asOperator(async (client, context, { args: [text = ''], flags }) => {
  const uuid = await imageId(client, text);
  if (!flags.has('force') && !(await confirmed(context, `Delete image ${text} (${uuid}) and its file?`))) return;
  await client.call(operatorRoutes.deleteImage, { uuid }, {});
  context.terminal.print(`Deleted image ${uuid}`);
});

export const listNetworks = asOperator(async (client, context, given) => {
  const { body } = await client.call(operatorRoutes.listNetworks, {}, {});
  showList(context, given, body, {
    columns: ['shortid', 'name', 'nic_tag', 'vlan_id', 'subnet', 'gateway', 'used', 'public'],
    long: ['uuid', 'name', 'nic_tag', 'vlan_id', 'subnet', 'provision_start_ip', 'provision_end_ip', 'gateway', 'mtu', 'used', 'public'],
    sort: ['name'],
    right: ['used'],
    cells: { shortid: ({ uuid }) => shortId(uuid), used: ({ ip_counts }) => `${ip_counts.used}/${ip_counts.total}` },
  });
});

export const getNetwork = asOperator(async (client, context, given) => {
  const uuid = await networkId(client, given.args[0]!);
  showOne(context, given, (await client.call(operatorRoutes.getNetwork, { uuid }, {})).body);
});

export const listIps = asOperator(async (client, context, given) => {
  const uuid = await networkId(client, given.args[0]!);
  const ips = await all(client.everyItem(operatorRoutes.listNetworkIps, { uuid }, {}));
  showList(context, given, ips, {
    columns: ['ip', 'reserved', 'used_as', 'belongs_to_uuid'],
    long: ['ip', 'reserved', 'used_as', 'belongs_to_type', 'belongs_to_uuid', 'owner_uuid', 'mac'],
    sort: [],
    name: 'ip',
  });
});

async function imageId(client: OperatorClient, text: string): Promise<string> {
  const { body } = await client.call(operatorRoutes.listImages, {}, { state: 'all' });
  const [name, version] = text.split('@');
  const ofName = version === undefined ? body : body.filter((image) => image.version === version);
  return idOf('image', name!, ofName, (image) => image.name);
}

async function networkId(client: OperatorClient, text: string): Promise<string> {
  return idOf('network', text, (await client.call(operatorRoutes.listNetworks, {}, {})).body, ({ name }) => name);
}
