import { cloudapi } from '@nereid/contracts';
import type { Ids } from '@nereid/ports';
import type { z } from 'zod';
import { isAbsent, type Cloud } from '../api/cloud';
import { Problem } from '../diagnostics/problem';
import { PartlyDone, type Reach } from '../provider/resource';
import { isKnown, text, texts, textMap, type ObjectValue } from '../values/value';
import { timeoutMs } from './durations';
import { metadataOf, unrecordedTag } from './metadata-keys';
import { spellingOf } from './spelling';
import { toState } from './state';
import { toApiTags } from './tags';
import type { Unrecorded } from './unrecorded';
import { find, waitFor } from './wait';

type Machine = cloudapi.MachineObject;
type Request = z.input<typeof cloudapi.createMachine.input>;

/**
 * Makes an instance and waits until it runs. Whatever happens after the API has accepted it, its id is answered, so that Terraform records
 * it: as tainted when it is not as wanted. What is not answered, because this process is killed, is found by the next run.
 * @throws PartlyDone it exists and is not as wanted @throws ServiceError, Problem nothing was made
 */
export async function createMachine(planned: ObjectValue, reach: Reach, unrecorded: Unrecorded, ids: Ids): Promise<ObjectValue> {
  const { cloud } = reach;
  const request = await requestFor(planned, reach);
  const mark = unrecorded.markOf(request);
  const machine = (await unrecorded.take(mark, cloud)) ?? (await ask(request, mark, cloud, ids));
  unrecorded.isRecorded(machine.id);
  let latest = machine;
  try {
    latest = await untilRunning(machine, planned, cloud);
    latest = await settle(latest, planned, cloud);
  } catch (cause) {
    await removeMark(machine.id, cloud).catch(() => undefined); // it is tainted in any case; the mark does no harm then
    latest = (await find(cloud, machine.id).catch(() => undefined)) ?? latest;
    throw new PartlyDone(await stateOf(latest, planned, reach), cause);
  }
  return stateOf(latest, planned, reach);
}

async function requestFor(planned: ObjectValue, { catalogue }: Reach): Promise<Request> {
  const image = await catalogue.image(text(planned['image'])!, ['image']);
  const spelt = texts(planned['networks']);
  const networks = spelt && (await Promise.all(spelt.map(async (each, index) => (await catalogue.network(each, ['networks', index])).id)));
  const affinity = texts(planned['affinity']);
  const name = text(planned['name']);
  const password = text(planned['administrator_pw']);
  return {
    ...(name !== undefined && { name }),
    package: text(planned['package'])!,
    image: image.id,
    ...(networks && { networks }),
    ...(affinity?.length && { affinity }),
    metadata: metadataOf(planned),
    tags: toApiTags(textMap(planned['tags']) ?? {}),
    ...(password !== undefined && { administrator_pw: password }),
    firewall_enabled: planned['firewall_enabled'] === true,
    deletion_protection: planned['deletion_protection_enabled'] === true,
    allow_shared_images: true, // the configuration names the image
  };
}

/**
 * Sends it, again with the same key when no answer comes. A stop does not break it off: after the answer its id can be recorded.
 */
async function ask(request: Request, mark: string, cloud: Cloud, ids: Ids): Promise<Machine> {
  const tags = { ...request.tags, [unrecordedTag]: mark };
  const { body } = await cloud.call(cloudapi.createMachine, {}, { ...request, tags }, { idempotencyKey: ids.random() });
  return body;
}

async function untilRunning(machine: Machine, planned: ObjectValue, cloud: Cloud): Promise<Machine> {
  const isEnd = ({ state }: Machine): boolean => state === 'running' || state === 'failed';
  const ended = await waitFor(cloud, machine.id, timeoutMs(planned, 'create'), 'running', isEnd);
  if (ended?.state === 'running') return ended;
  const what = ended ? 'could not be made' : 'was destroyed while it was being made';
  throw new Problem(
    'The instance failed',
    `Instance ${machine.name} (${machine.id}) ${what}. "triton instance audit" tells what was done.`,
  );
}

/** What the API does not take at birth, and the end of its being unrecorded. Answers it as it is then. */
async function settle(machine: Machine, planned: ObjectValue, cloud: Cloud): Promise<Machine> {
  const { id } = machine;
  const keys = text(planned['root_authorized_keys']);
  if (keys !== undefined && isKnown(keys) && keys !== machine.metadata['root_authorized_keys']) {
    await cloud.call(cloudapi.addMetadata, { id }, { root_authorized_keys: keys });
  }
  await removeMark(id, cloud);
  return (await cloud.call(cloudapi.getMachine, { id }, {})).body;
}

async function removeMark(id: string, cloud: Cloud): Promise<void> {
  try {
    await cloud.call(cloudapi.deleteTag, { id, tag: unrecordedTag }, {});
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}

async function stateOf(machine: Machine, planned: ObjectValue, reach: Reach): Promise<ObjectValue> {
  return toState(machine, planned, await spellingOf(machine, planned, reach));
}
