import type { adminapi } from '@nereid/contracts/light';
import { nextVersion } from '../packages/next-version';
import { sortServers } from './sort-servers';

const server = (hostname: string, used: number): adminapi.ServerObject =>
  ({ hostname, reserved_for: { memory_mib: used, instances: used }, sellable: { memory_mib: 100 } }) as adminapi.ServerObject;

it('sorts servers by name as people count, or by how full they are', () => {
  const all = [server('cn-10', 50), server('cn-2', 90), server('cn-1', 50)];
  const names = (sort?: string): string[] => sortServers(all, sort).map(({ hostname }) => hostname);
  expect(names()).toEqual(['cn-1', 'cn-2', 'cn-10']);
  expect(names('hostname.desc')).toEqual(['cn-10', 'cn-2', 'cn-1']);
  expect(names('memory.asc')).toEqual(['cn-1', 'cn-10', 'cn-2']);
});

it('proposes the version after a version', () => {
  expect(['1.0.0', '2', '1.9', 'beta'].map(nextVersion)).toEqual(['1.0.1', '3', '1.10', 'beta.1']);
});
