import { cloudapi } from '@nereid/contracts';
import type { Ids } from '@nereid/ports';
import type { Cloud } from '../api/cloud';
import { isAbsent } from '../api/cloud';
import { Problem } from '../diagnostics/problem';
import { PartlyDone, type Reach } from '../provider/resource';
import { isEqual, text, textMap, type ObjectValue } from '../values/value';
import { metadataOf } from './metadata-keys';
import { resize } from './resize';
import { spellingOf } from './spelling';
import { toState } from './state';
import { toApiTags } from './tags';
import { find } from './wait';

type Action = (typeof cloudapi.machineActions)[number];

/**
 * Changes an instance in place, part by part. Each holds as soon as the API has accepted it, but for the package, which comes last.
 * @throws PartlyDone with the instance as it is after the part that failed
 */
export async function updateMachine(prior: ObjectValue, planned: ObjectValue, reach: Reach, ids: Ids): Promise<ObjectValue> {
  const { cloud } = reach;
  const id = text(prior['id'])!;
  try {
    for (const change of [rename, changeTags, changeMetadata, switchOnOrOff]) await change(id, prior, planned, cloud);
    await resize(id, prior, planned, cloud, ids);
  } catch (cause) {
    const now = await find(cloud, id);
    throw now ? new PartlyDone(toState(now, prior, await spellingOf(now, prior, reach)), cause) : cause;
  }
  const now = await find(cloud, id);
  if (!now) throw new Problem('The instance is gone', `Instance ${id} was destroyed while it was being changed.`);
  return toState(now, planned, await spellingOf(now, planned, reach));
}

async function rename(id: string, prior: ObjectValue, planned: ObjectValue, cloud: Cloud): Promise<void> {
  const name = text(planned['name']);
  if (name !== undefined && name !== prior['name']) await act(id, 'rename', cloud, { name });
}

async function changeTags(id: string, prior: ObjectValue, planned: ObjectValue, cloud: Cloud): Promise<void> {
  const tags = textMap(planned['tags']) ?? {};
  if (isEqual(tags, textMap(prior['tags']) ?? {})) return;
  if (Object.keys(tags).length === 0) await cloud.call(cloudapi.deleteAllTags, { id }, {});
  else await cloud.call(cloudapi.replaceTags, { id }, toApiTags(tags));
}

async function changeMetadata(id: string, prior: ObjectValue, planned: ObjectValue, cloud: Cloud): Promise<void> {
  const before = metadataOf(prior);
  const wanted = metadataOf(planned);
  const changed = Object.entries(wanted).filter(([key, value]) => before[key] !== value);
  if (changed.length > 0) await cloud.call(cloudapi.addMetadata, { id }, Object.fromEntries(changed));
  for (const key of Object.keys(before).filter((each) => !Object.hasOwn(wanted, each))) {
    await cloud.call(cloudapi.deleteMetadata, { id, key }, {}).catch((error: unknown) => {
      if (!isAbsent(error)) throw error; // the guest may have removed it
    });
  }
}

async function switchOnOrOff(id: string, prior: ObjectValue, planned: ObjectValue, cloud: Cloud): Promise<void> {
  const switches = { firewall_enabled: 'firewall', deletion_protection_enabled: 'deletion_protection' } as const;
  for (const [attribute, what] of Object.entries(switches) as [keyof typeof switches, 'firewall' | 'deletion_protection'][]) {
    if (planned[attribute] !== prior[attribute]) await act(id, planned[attribute] === true ? `enable_${what}` : `disable_${what}`, cloud);
  }
}

/** One action on an instance. All of these may be repeated. */
export async function act(id: string, action: Action, cloud: Cloud, more: { name?: string } = {}): Promise<void> {
  const { status } = await cloud.call(cloudapi.updateMachine, { id }, { action, ...more });
  if (status === 410) throw new Problem('The instance is gone', `Instance ${id} has been destroyed.`);
}
