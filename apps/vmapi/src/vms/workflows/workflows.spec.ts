import type { VmId } from '@nereid/contracts';
import { runWorkflow, type RunWorkflowOptions } from '@nereid/workflow/testing';
import { World } from './a-world.fake';
import { destroyVm, forgetVm } from './destroy-vm';
import { rebootVm, startVm, stopVm } from './power-vm';
import { provisionVm } from './provision-vm';
import { repairVm } from './repair-vm';

const vm = '33333333-3333-4333-8333-333333333333' as VmId;

function aWorld(state?: 'running' | 'stopped'): World {
  const world = new World();
  if (state) {
    world.instances.set(vm, state);
    world.placedAt = World.server;
    world.capacity.held.set('r/pick-server' as never, vm);
    world.addresses.held.set('r/reserve-nics' as never, vm);
  }
  return world;
}

/** Mishaps that a run must come through as if they had not been. */
const harmless: [string, RunWorkflowOptions][] = [
  ['nothing goes wrong', {}],
  ['every step runs twice', { runEachTimes: 2 }],
  ['a worker dies after each write', { crashAfter: 'every-write' }],
  ['a worker dies before each write', { crashBefore: 'every-write' }],
];

describe('vm.provision', () => {
  const run = (world: World, options: RunWorkflowOptions) =>
    runWorkflow(provisionVm, 'run-1', { vm }, world.ports, { vm, nodes: world.nodes, ...options });

  it.each(harmless)('makes the instance when %s', async (_, options) => {
    const world = aWorld();
    const outcome = await run(world, options);
    expect(outcome).toMatchObject({ state: 'succeeded', outputs: { 'pick-server': { server: World.server } } });
    expect(world.instances.get(vm)).toBe('running');
    expect([world.capacity.held.size, world.addresses.held.size, world.faults]).toEqual([1, 1, []]);
  });

  it('is three writes of the log, its acceptance included', async () => {
    expect((await run(aWorld(), {})).writes).toBeLessThanOrEqual(2);
  });

  describe.each(provisionVm.stepNames)('%s', (step) => {
    it.each<[string, RunWorkflowOptions]>([
      ['its reply is lost', { loseReplyOf: step }],
      ['its reply is lost and every step runs twice', { loseReplyOf: step, runEachTimes: 2 }],
      ['it fails', { failAt: step }],
      ['it fails and a worker dies after each write', { failAt: step, crashAfter: 'every-write' }],
      ['its reply is lost and a worker dies before each write', { loseReplyOf: step, crashBefore: 'every-write' }],
      ['it is cancelled', { cancelAt: step }],
      ['it is cancelled and a worker dies after each write', { cancelAt: step, crashAfter: 'every-write' }],
    ])('leaves nothing when %s', async (_, options) => {
      const world = aWorld();
      const outcome = await run(world, options);
      // A cancel that comes while the last step runs may come too late, and then the instance is there in full.
      if (outcome.state === 'succeeded') expect(world.instances.get(vm)).toBe('running');
      else {
        expect(outcome.state).toBe(options.cancelAt ? 'canceled' : 'failed');
        expect(world.leftovers()).toEqual([]);
      }
    });
  });

  it('leaves nothing wherever a worker dies once', async () => {
    for (let write = 1; write <= 8; write++)
      for (const mishap of [{ crashAfter: write }, { crashBefore: write }]) {
        const world = aWorld();
        const outcome = await run(world, { failAt: 'boot', ...mishap });
        expect([outcome.state, world.leftovers()]).toEqual(['failed', []]);
      }
  });
});

describe('vm.destroy', () => {
  const run = (world: World, options: RunWorkflowOptions) =>
    runWorkflow(destroyVm, 'run-2', { vm }, world.ports, { vm, nodes: world.nodes, ...options });

  it.each(harmless)('leaves nothing when %s', async (_, options) => {
    const world = aWorld('running');
    expect(await run(world, options)).toMatchObject({ state: 'succeeded' });
    expect(world.leftovers()).toEqual([]);
  });

  it('asks no node about an instance that never came to stand on one', async () => {
    const world = aWorld();
    expect(await run(world, {})).toMatchObject({ state: 'succeeded', outputs: { remove: { absent: true } } });
  });

  it.each(destroyVm.stepNames)(
    'keeps addresses and room while the instance is there, and succeeds when begun again after %s failed',
    async (step) => {
      const world = aWorld('running');
      expect(await run(world, { failAt: step })).toMatchObject({ state: 'failed' });
      expect(world.faults).toEqual([]);
      if (world.instances.has(vm)) expect([world.capacity.held.size, world.addresses.held.size]).toEqual([1, 1]);
      await runWorkflow(destroyVm, 'run-3', { vm }, world.ports, {
        vm,
        nodes: { send: (server, request) => world.nodes.send(server, { ...request, generation: 9 }) },
      });
      expect(world.leftovers()).toEqual([]);
    },
  );
});

describe('vm.forget', () => {
  it('gives back what is kept, without the node', async () => {
    const world = aWorld('running');
    world.instances.clear(); // its server is dead: nothing speaks for it
    const outcome = await runWorkflow(forgetVm, 'run-4', { vm }, world.ports, { vm });
    expect([outcome.state, world.leftovers()]).toEqual(['succeeded', []]);
  });
});

describe.each([
  ['vm.start', startVm, 'stopped', 'running'],
  ['vm.stop', stopVm, 'running', 'stopped'],
  ['vm.reboot', rebootVm, 'running', 'running'],
] as const)('%s', (_, any, before, after) => {
  const workflow = any as typeof startVm;

  it.each(harmless)('comes to its state when %s', async (_name, options) => {
    const world = aWorld(before);
    expect(await runWorkflow(workflow, 'run-5', { vm }, world.ports, { vm, nodes: world.nodes, ...options })).toMatchObject({
      state: 'succeeded',
    });
    expect(world.instances.get(vm)).toBe(after);
  });

  it('leaves the instance and what it holds when its reply is lost', async () => {
    const world = aWorld(before);
    const outcome = await runWorkflow(workflow, 'run-6', { vm }, world.ports, {
      vm,
      nodes: world.nodes,
      loseReplyOf: workflow.stepNames[0]!,
    });
    expect(outcome.calls.some((call) => call.startsWith('undo'))).toBe(false);
    expect([world.instances.has(vm), world.capacity.held.size, world.addresses.held.size]).toEqual([true, 1, 1]);
  });
});

describe('vm.repair', () => {
  it.each([
    ['start', 'stopped', 'running'],
    ['stop', 'running', 'stopped'],
    ['update', 'running', 'running'],
    ['remove', 'running', undefined],
  ] as const)('by %s', async (repair, before, after) => {
    const world = aWorld(before);
    const outcome = await runWorkflow(repairVm, 'run-7', { vm, repair }, world.ports, { vm, nodes: world.nodes, runEachTimes: 2 });
    expect([outcome.state, world.instances.get(vm)]).toEqual(['succeeded', after]);
  });
});
