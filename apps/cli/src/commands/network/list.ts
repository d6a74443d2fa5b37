import type { Run } from '../../command/spec';
import { usageError } from '../../cli-error';
import { routes } from '../../cloud/routes.at-build';
import type { Network } from '../../cloud/catalogue';
import { shortId } from '../../cloud/ids';
import { showList } from '../../output/show';
import { filters } from '../filters';

export const run: Run = async (context, given) => {
  const { public: isPublic } = filters(given.args, ['public']);
  if (isPublic !== undefined && isPublic !== 'true' && isPublic !== 'false') throw usageError(`public is true or false, not "${isPublic}"`);
  const cloud = await context.cloud();
  const { body } = await cloud.call(routes.listNetworks, {}, {});
  const networks = isPublic === undefined ? body : body.filter((network) => String(network.public) === isPublic);
  showList<Network>(context, given, networks, {
    columns: ['shortid', 'name', 'subnet', 'gateway', 'fabric', 'vlan', 'public'],
    long: ['id', 'name', 'subnet', 'gateway', 'fabric', 'vlan', 'public'],
    sort: ['name'],
    cells: { shortid: ({ id }) => shortId(id), vlan: (network) => String(network.vlan_id ?? '') },
  });
};
