import type { Run } from '../../command/spec';
import { routes } from '../../cloud/routes.at-build';
import type { Package } from '../../cloud/catalogue';
import { shortId } from '../../cloud/ids';
import { showList } from '../../output/show';
import { mebibytes } from '../../output/sizes';
import { filters } from '../filters';

const known = ['name', 'memory', 'disk', 'swap', 'lwps', 'version', 'vcpus', 'group', 'flexible_disk', 'brand'];

export const run: Run = async (context, given) => {
  const cloud = await context.cloud();
  const { body } = await cloud.call(routes.listPackages, {}, filters(given.args, known));
  const size = (name: 'memory' | 'swap' | 'disk') => (pkg: Package) => (given.flags.has('p') ? String(pkg[name]) : mebibytes(pkg[name]));
  showList<Package>(context, given, body, {
    columns: ['shortid', 'name', 'memory', 'swap', 'disk', 'vcpus'],
    long: ['id', 'name', 'memory', 'swap', 'disk', 'vcpus', 'description'],
    sort: ['group', 'memory'],
    right: ['memory', 'swap', 'disk', 'vcpus'],
    cells: {
      shortid: ({ id }) => shortId(id),
      memory: size('memory'),
      swap: size('swap'),
      disk: size('disk'),
      vcpus: ({ vcpus }) => (vcpus || given.flags.has('p') ? String(vcpus) : ''),
    },
  });
};
