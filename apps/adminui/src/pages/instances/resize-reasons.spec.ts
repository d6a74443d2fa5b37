import type { adminapi } from '@nereid/contracts/light';
import type { Vm } from '../../api/queries';
import { noResize, noSuchSize } from './resize-reasons';

const vm = { brand: 'lx', state: 'running', billing_id: 'p1', owner_uuid: 'o1' } as unknown as Vm;
const size = (more: object): adminapi.PackageObject =>
  ({ uuid: 'p2', active: true, owner_uuids: [], ...more }) as unknown as adminapi.PackageObject;

describe('resizing', () => {
  it.each([
    [{}, undefined],
    [{ state: 'stopped' }, undefined],
    [{ state: 'offline' }, 'Not while it is offline.'],
    [{ state: 'provisioning' }, 'Not while it is provisioning.'],
    [{ brand: 'bhyve' }, 'A virtual machine keeps its size.'],
  ])('of %j: %s', (more, reason) => expect(noResize({ ...vm, ...more } as Vm)).toBe(reason));

  it.each([
    [{}, undefined],
    [{ brand: 'lx', owner_uuids: ['o1', 'o2'] }, undefined],
    [{ uuid: 'p1' }, 'It has this one.'],
    [{ active: false }, 'Not active.'],
    [{ brand: 'joyent' }, 'For brand joyent.'],
    [{ owner_uuids: ['o2'] }, 'For other accounts.'],
  ])('to %j: %s', (more, reason) => expect(noSuchSize(vm, size(more))).toBe(reason));
});
