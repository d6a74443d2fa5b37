import { ServiceError, type VmId } from '@nereid/contracts';
import { runWorkflow, type RunWorkflowOptions } from '@nereid/workflow/testing';
import { ResizingWorld, sizesWith } from './a-resizing-world.fake';
import { resizeVm } from './resize-vm';
import type { VmPorts } from './vm-ports';

const vm = '33333333-3333-4333-8333-333333333333' as VmId;
const run = (world: ResizingWorld, memoryMiB: number, options: RunWorkflowOptions = {}) =>
  runWorkflow(resizeVm, 'run-1', { vm, to: sizesWith(memoryMiB) }, world.ports, { vm, nodes: world.nodes, ...options });

const resizes: [string, number][] = [
  ['larger', 2048],
  ['smaller', 512],
  ['as large as it was', 1024],
];

describe('vm.resize', () => {
  describe.each(resizes)('to be %s', (_, to) => {
    it.each<[string, RunWorkflowOptions]>([
      ['nothing goes wrong', {}],
      ['every step runs twice', { runEachTimes: 2 }],
      ['a worker dies after each write', { crashAfter: 'every-write' }],
      ['a worker dies before each write', { crashBefore: 'every-write' }],
    ])('reserves first, lets the node act, and settles, when %s', async (__, options) => {
      const world = new ResizingWorld(1024, 1024);
      expect((await run(world, to, options)).state).toBe('succeeded');
      expect([world.enforcedMiB, world.reservedMiB, world.held.size, world.faults]).toEqual([to, to, 1, []]);
      expect(world.freeMiB).toBe(2048 - to);
    });

    describe.each(resizeVm.stepNames)('%s', (step) => {
      it.each<[string, RunWorkflowOptions]>([
        ['its reply is lost', { loseReplyOf: step }],
        ['its reply is lost and every step runs twice', { loseReplyOf: step, runEachTimes: 2 }],
        ['it fails', { failAt: step }],
        ['it fails and a worker dies after each write', { failAt: step, crashAfter: 'every-write' }],
        ['its reply is lost and a worker dies before each write', { loseReplyOf: step, crashBefore: 'every-write' }],
        ['it is cancelled', { cancelAt: step }],
        ['it is cancelled and a worker dies after each write', { cancelAt: step, crashAfter: 'every-write' }],
      ])('leaves everything as it was when %s', async (__, options) => {
        const world = new ResizingWorld(1024, 1024);
        const outcome = await run(world, to, options);
        // A cancel that comes while the last step runs may come too late, and then all of it is done.
        const isDone = outcome.state === 'succeeded';
        if (!isDone) expect(outcome.state).toBe(options.cancelAt ? 'canceled' : 'failed');
        const memoryMiB = isDone ? to : 1024;
        expect([world.enforcedMiB, world.reservedMiB, world.freeMiB]).toEqual([memoryMiB, memoryMiB, 2048 - memoryMiB]);
        expect([world.held.size, world.faults]).toEqual([1, []]);
      });
    });
  });

  it('changes nothing when its server has no room', async () => {
    const world = new ResizingWorld(1024, 512);
    expect(await run(world, 2048)).toMatchObject({ state: 'failed', failedAt: 'reserve-room', error: { code: 'InsufficientCapacity' } });
    expect([world.enforced, world.reservedMiB, world.freeMiB]).toEqual([[], 1024, 512]);
  });

  it('is stuck, and says so, while what it gave back is needed again and in use; nothing is oversold meanwhile', async () => {
    const world = new ResizingWorld(1024, 0);
    const { placement } = world.ports;
    const ports: VmPorts = {
      ...world.ports,
      placement: {
        ...placement,
        settle: async (...args) => {
          const settled = await placement.settle(...args);
          world.freeMiB = 0; // somebody else had it at once
          return settled;
        },
        unsettle: () => Promise.reject(new ServiceError('InsufficientCapacity', 'in use by others by now')),
      },
    };
    const outcome = await runWorkflow(resizeVm, 'run-1', { vm, to: sizesWith(512) }, ports, {
      ...{ vm, nodes: world.nodes, loseReplyOf: 'settle-room' },
    });
    expect([outcome.state, world.enforcedMiB, world.reservedMiB, world.faults]).toEqual(['stuck', 512, 512, []]);
  });

  it('undoes nothing of an instance that is being destroyed, so that a dead server holds its destruction up no longer', async () => {
    const world = new ResizingWorld(1024, 1024);
    world.isNodeDead = world.isWantedGone = true;
    const outcome = await run(world, 2048, { cancelAt: 'apply-limits' });
    expect([outcome.state, outcome.calls.filter((call) => call.startsWith('undo'))]).toEqual([
      'canceled',
      ['undo apply-limits', 'undo reserve-room'],
    ]);
    // All of it is still reserved: the destruction gives it back, once nothing of the instance is left on the server.
    expect([world.reservedMiB, world.enforced]).toEqual([2048, []]);
  });
});
