import type { CreateVm, Image, Network, Package, VmId } from '@nereid/contracts';
import { hostnameOf } from './instance-spec';
import { resolveWanted } from './wanted-vm';

const id = 'f3b0c442-1d5a-4f0e-9c1e-2a7b8c9d0e1f' as VmId;
const want = { owner: 'o', image: 'i', package: 'p', networks: [], metadata: {}, internalMetadata: {}, tags: {} } as unknown as CreateVm;
const pkg = { name: 'p1', memoryMiB: 128 } as Package;
const image = { id: 'i', name: 'base', version: '1', os: 'linux', type: 'lx-dataset', requirements: {} } as unknown as Image;
const resolve = (
  wantMore: Partial<CreateVm> = {},
  pkgMore: Partial<Package> = {},
  imageMore: Partial<Image> = {},
  networks: Network[] = [],
) => resolveWanted(id, { ...want, ...wantMore }, { ...pkg, ...pkgMore }, { ...image, ...imageMore }, networks);

describe('a create request, resolved', () => {
  it.each([
    [undefined, 'f3b0c442'],
    ['', 'f3b0c442'],
    ['web-{{shortId}}.{{shortId}}', 'web-f3b0c442.f3b0c442'],
    ['web0', 'web0'],
  ])('turns the name %p into %p', (alias, expected) => {
    expect(resolve({ alias }).alias).toBe(expected);
  });

  it.each(['-a', 'a b', '.', 'x'.repeat(190)])('refuses the name %p as the field `alias`', (alias) => {
    expect(() => resolve({ alias })).toThrow(
      expect.objectContaining({ code: 'ValidationFailed', errors: [expect.objectContaining({ field: 'alias' })] }),
    );
  });

  it('takes the brand from the request, the image, the package, the image’s type, in this order', () => {
    expect(resolve().brand).toBe('lx');
    expect(resolve({}, {}, { type: 'zone-dataset' }).brand).toBe('joyent');
    expect(resolve({}, {}, { type: 'zvol' }).brand).toBe('bhyve');
    expect(resolve({}, { brand: 'joyent-minimal' }, { type: 'zone-dataset' }).brand).toBe('joyent-minimal');
    expect(resolve({}, {}, { type: 'zvol', requirements: { brand: 'kvm' } }).brand).toBe('kvm');
  });

  it.each<[string, Parameters<typeof resolve>]>([
    ['a package of another brand', [{ brand: 'lx' }, { brand: 'joyent' }]],
    ['an image of another brand', [{ brand: 'lx' }, {}, { requirements: { brand: 'joyent' } }]],
    ['a zone of a disk image', [{ brand: 'lx' }, {}, { type: 'zvol' }]],
    ['a machine of a zone image', [{ brand: 'kvm' }]],
  ])('refuses %s', (_, args) => {
    expect(() => resolve(...args)).toThrow(expect.objectContaining({ code: 'ValidationFailed' }));
  });

  it('refuses a package too small for the image', () => {
    expect(() => resolve({}, {}, { requirements: { minMemoryMiB: 256 } })).toThrow(/at least 256 MiB/);
  });

  it('asks of a server what the networks ask, once each', () => {
    const networks = ['external', 'internal', 'external'].map((nicTag) => ({ nicTag }) as Network);
    expect(resolve({}, {}, {}, networks).nicTags).toEqual(['external', 'internal']);
  });
});

describe('the hostname of an alias', () => {
  it.each([
    ['web0', 'web0'],
    ['web_0.example', 'web-0-example'],
    [`${'a'.repeat(62)}_b`, 'a'.repeat(62)],
  ])('%p → %p', (alias, hostname) => expect(hostnameOf(alias)).toBe(hostname));
});
