import { ServiceError, cloudapi } from '@nereid/contracts';
import { isAbsent } from '../api/cloud';
import { Problem } from '../diagnostics/problem';
import type { Reach } from '../provider/resource';
import { text, type ObjectValue } from '../values/value';
import { timeoutMs } from './durations';
import { act } from './update';
import { waitFor } from './wait';

/** Destroys an instance and waits until it is gone. @throws Problem it is protected, and `force_destroy` is not set */
export async function deleteMachine(prior: ObjectValue, { cloud }: Reach): Promise<void> {
  const id = text(prior['id'])!;
  try {
    if (prior['force_destroy'] === true && prior['deletion_protection_enabled'] === true)
      await act(id, 'disable_deletion_protection', cloud);
    await cloud.call(cloudapi.deleteMachine, { id }, {});
  } catch (error) {
    if (isAbsent(error)) return;
    if (!(error instanceof ServiceError) || error.code !== 'CannotDestroyMachine') throw error;
    const how = 'Set deletion_protection_enabled = false, or force_destroy = true, and apply that first.';
    throw new Problem('Deletion protection is on', `Instance ${text(prior['name']) ?? id} (${id}) was not destroyed. ${how}`, [
      'deletion_protection_enabled',
    ]);
  }
  await waitFor(cloud, id, timeoutMs(prior, 'delete'), 'gone', () => false);
}
