import { Brand, JobState, ServerState, VmState } from '@nereid/contracts';
import { brands, jobStates, serverStates, vmStates } from './states';

it('offers the words of the contracts, all of them', () => {
  expect(vmStates).toEqual(VmState.options);
  expect(jobStates).toEqual(JobState.options);
  expect(serverStates).toEqual(ServerState.options);
  expect(brands).toEqual(Brand.options);
});
