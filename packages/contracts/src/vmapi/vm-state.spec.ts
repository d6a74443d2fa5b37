import { vmActions, vmCan } from './vm-actions';
import { vmStateShown, type VmFacts } from './vm-state';

const settled: VmFacts = { wanted: 'running', seen: 'running', job: undefined, failed: false, destroyed: false, serverDown: false };

describe('vmStateShown', () => {
  it.each<[string, Partial<VmFacts>, string]>([
    ['what the node sees, when nothing is under way', {}, 'running'],
    ['provisioning before the node has said anything', { seen: undefined, job: 'vm.provision' }, 'provisioning'],
    ['provisioning until the job ends, though it runs already', { job: 'vm.provision' }, 'provisioning'],
    ['stopping while it is stopped', { job: 'vm.stop' }, 'stopping'],
    ['stopped as soon as the node says so', { job: 'vm.stop', seen: 'stopped' }, 'stopped'],
    ['stopping while it is destroyed', { job: 'vm.destroy', seen: 'stopped', wanted: 'gone' }, 'stopping'],
    ['offline when its server is silent', { serverDown: true }, 'offline'],
    ['failed when it never came to be', { failed: true, seen: undefined }, 'failed'],
    ['destroyed above all', { destroyed: true, failed: true, serverDown: true, job: 'vm.destroy' }, 'destroyed'],
    ['unknown when the node cannot tell', { seen: 'unknown' }, 'unknown'],
  ])('shows %s', (_, change, state) => {
    expect(vmStateShown({ ...settled, ...change })).toBe(state);
  });
});

describe('vmCan', () => {
  it('lets nothing be done with a destroyed instance', () => {
    for (const action of Object.keys(vmActions) as (keyof typeof vmActions)[]) expect(vmCan(action, 'destroyed')).toBe(false);
  });

  it('lets an instance be destroyed in every other state', () => {
    expect(vmActions.destroy).toHaveLength(7);
  });
});
