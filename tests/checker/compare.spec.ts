import { compare } from './compare';
import type { DatabaseView } from './database-view';
import type { NodeThing, NodeView } from './node-view';

const vm = '11111111-1111-4111-8111-111111111111';
const dead = '22222222-2222-4222-8222-222222222222';
const server = '33333333-3333-4333-8333-333333333333';
const owner = '44444444-4444-4444-8444-444444444444';

/** A cloud with one instance in which everything is right. */
function sound(): { db: DatabaseView; node: NodeView } {
  return {
    db: {
      vms: [{ id: vm, server, ended: null, job: null, wanted: 'running', owner, memoryMiB: 128, quotaGiB: 1 }],
      jobs: [{ id: 'j1', vm, state: 'succeeded', workflow: 'vm.provision' }],
      addresses: [{ address: '10.0.0.5', network: 'n', vm, mac: 'aa' }],
      nics: [{ mac: 'aa', address: '10.0.0.5', network: 'n', vm }],
      nicReservations: [{ key: 'j1/reserve-nics', vm }],
      reservations: [{ key: 'j1/place', vm, server, memoryMiB: 128, cpuPercent: 100, diskGiB: 1, instances: 1 }],
      servers: [
        { id: server, reservedMemoryMiB: 128, reservedCpuPercent: 100, reservedDiskGiB: 1, reservedInstances: 1, sellableMemoryMiB: 1024 },
      ],
      usage: [{ account: owner, instances: 1, memoryMiB: 128, quotaGiB: 1 }],
    },
    node: { server, running: [vm], memoryMiB: new Map([[vm, 128]]), things: [{ kind: 'dataset', name: `pool/${vm}`, vm }] },
  };
}

const leak = (kind: NodeThing['kind']): NodeThing => ({ kind, name: `left-${kind}`, vm: dead });

describe('the checker', () => {
  it('says nothing of a sound cloud', () => {
    const { db, node } = sound();
    expect(compare(db, [node])).toEqual([]);
  });

  it.each(['dataset', 'container', 'process', 'namespace', 'link', 'rule', 'cgroup', 'socket', 'record'] as const)(
    'names a leaked %s',
    (kind) => {
      const { db, node } = sound();
      const found = compare(db, [{ ...node, things: [...node.things, leak(kind)] }]);
      expect(found).toMatchObject([{ invariant: 'I2', kind, name: `left-${kind}` }]);
    },
  );

  it('names a thing that belongs to nobody, and one that is there twice', () => {
    const { db, node } = sound();
    const things = [...node.things, ...node.things, { kind: 'link' as const, name: 'stray', vm: undefined }];
    expect(compare(db, [{ ...node, things }]).map((f) => f.name)).toEqual([`pool/${vm}`, 'stray']);
  });

  it('names an instance that runs on two servers', () => {
    const { db, node } = sound();
    const other = { server: 'other', running: [vm], memoryMiB: new Map(), things: [] };
    expect(compare(db, [node, other])).toMatchObject([{ invariant: 'I3', kind: 'instance', name: vm }]);
  });

  it('names an instance that should run and does not', () => {
    const { db, node } = sound();
    expect(compare(db, [{ ...node, running: [] }])).toMatchObject([{ kind: 'instance', name: vm }]);
  });

  it.each<[string, (db: DatabaseView) => Partial<DatabaseView>, string]>([
    ['address', (db) => ({ addresses: [...db.addresses, { address: '10.0.0.9', network: 'n', vm: dead, mac: 'bb' }] }), '10.0.0.9'],
    ['address in use by another', (db) => ({ addresses: [{ ...db.addresses[0]!, vm: dead }] }), '10.0.0.5'],
    ['NIC', (db) => ({ nics: [...db.nics, { mac: 'bb', address: '10.0.0.9', network: 'n', vm }] }), 'bb'],
    ['NIC reservation', (db) => ({ nicReservations: [...db.nicReservations, { key: 'j2/reserve-nics', vm: dead }] }), 'j2/reserve-nics'],
    ['job that does not end', (db) => ({ jobs: [...db.jobs, { id: 'j2', vm, state: 'waiting', workflow: 'vm.stop' }] }), 'j2'],
    ['job on nothing', (db) => ({ jobs: [...db.jobs, { id: 'j2', vm: dead, state: 'failed', workflow: 'vm.stop' }] }), 'j2'],
    ['counter', (db) => ({ servers: [{ ...db.servers[0]!, reservedMemoryMiB: 256 }] }), server],
    ['quota', (db) => ({ usage: [{ ...db.usage[0]!, instances: 2 }] }), owner],
    ['quota of memory', (db) => ({ usage: [{ ...db.usage[0]!, memoryMiB: 64 }] }), owner],
    ['size of an instance', (db) => ({ vms: [{ ...db.vms[0]!, memoryMiB: 64 }] }), 'j1/place'],
    [
      'living instance without a reservation',
      (db) => ({
        reservations: [],
        servers: [{ ...db.servers[0]!, reservedMemoryMiB: 0, reservedCpuPercent: 0, reservedDiskGiB: 0, reservedInstances: 0 }],
      }),
      vm,
    ],
  ])('names a wrong %s', (_, change, name) => {
    const { db, node } = sound();
    expect(compare({ ...db, ...change(db) }, [node]).map((f) => f.name)).toContain(name);
  });

  it('names what an instance was to grow by and no resize is under way for, and a limit that is another than it was sold as', () => {
    const { db, node } = sound();
    const more = [
      ...db.reservations,
      { ...db.reservations[0]!, key: 'j2/reserve-room', memoryMiB: 0, cpuPercent: 0, diskGiB: 0, instances: 0 },
    ];
    expect(compare({ ...db, reservations: more }, [{ ...node, memoryMiB: new Map([[vm, 256]]) }])).toMatchObject([
      { invariant: 'I4', kind: 'reservation', name: 'j1/place' },
      { invariant: 'I4', kind: 'reservation', name: 'j2/reserve-room' },
      { invariant: 'I4', kind: 'limit', name: vm },
    ]);
  });

  it('names a doubled and a leaked reservation', () => {
    const { db, node } = sound();
    const more = [...db.reservations, { ...db.reservations[0]!, key: 'j2/place' }, { ...db.reservations[0]!, key: 'j3/place', vm: dead }];
    const names = compare({ ...db, reservations: more }, [node]).map((f) => f.name);
    expect(names).toEqual(expect.arrayContaining(['j2/place', 'j3/place', server]));
  });
});
