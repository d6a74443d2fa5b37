import { ServiceError, cloudapi } from '@nereid/contracts';
import { SshKeyError, parseSshPublicKey, type SshPublicKey } from '@nereid/http-signature';
import { isAbsent, type Cloud } from '../api/cloud';
import { Problem } from '../diagnostics/problem';
import type { Asked, Plan } from '../plan/planner';
import type { Reach, Resource } from '../provider/resource';
import { computed, optionalComputed, required } from '../schema/declare';
import { emptyBlock, type Block } from '../schema/schema';
import { text, type ObjectValue } from '../values/value';

const { shape } = cloudapi.KeyObject;

const block: Block = {
  description: 'An SSH key of the account. Its holder may use the API, and log in to instances made from then on.',
  attributes: {
    id: computed('string', 'The key’s name.'),
    name: optionalComputed(shape.name, 'Its name; the key’s comment when not given, and without one the fingerprint.', { forcesNew: true }),
    key: required(shape.key, 'The key:', { forcesNew: true, check: complaintAboutKey }),
    fingerprint: computed(shape.fingerprint, 'Its fingerprint:'),
  },
};

/** `nereid_key`: an SSH key of the account. */
export class KeyResource implements Resource {
  readonly name = 'nereid_key';
  readonly block = block;

  /** Name and fingerprint follow from the key, so they are known before it is added. */
  async refine(plan: Plan, { config, prior }: Asked): Promise<Plan> {
    const line = text(plan.planned['key']);
    if (prior !== null || line === undefined) return plan;
    const { comment, md5 } = parseSshPublicKey(line);
    const name = config['name'] === null ? comment || md5 : plan.planned['name']!;
    return { ...plan, planned: { ...plan.planned, id: name, name, fingerprint: md5 } };
  }

  /** A key has an identity of its own: after a lost answer it is there or it is not. */
  async create(planned: ObjectValue, { cloud }: Reach): Promise<ObjectValue> {
    const line = text(planned['key'])!;
    const name = text(planned['name']);
    const { md5 } = parseSshPublicKey(line);
    try {
      const { body } = await cloud.call(cloudapi.createKey, {}, { key: line, ...(name !== undefined && { name }) }, { isOnce: true });
      return stateOf(body, line);
    } catch (error) {
      if (!(error instanceof ServiceError) || !error.mayRetry) throw error;
      const made = await find(md5, cloud);
      if (made && (name === undefined || made.name === name)) return stateOf(made, line);
      throw error;
    }
  }

  async read(state: ObjectValue, { cloud }: Reach): Promise<ObjectValue | null> {
    const found = await find(text(state['id'])!, cloud);
    return found ? stateOf(found, text(state['key'])) : null;
  }

  async update(_prior: ObjectValue, planned: ObjectValue): Promise<ObjectValue> {
    return planned; // nothing of a key can be changed
  }

  async delete(prior: ObjectValue, { cloud }: Reach): Promise<void> {
    await cloud.call(cloudapi.deleteKey, { name: text(prior['id'])! }, {}).catch((error: unknown) => {
      if (!isAbsent(error)) throw error;
    });
  }

  /** By name or fingerprint. */
  async import(id: string, { cloud }: Reach): Promise<ObjectValue> {
    const found = await find(id, cloud);
    if (!found) throw new Problem('Cannot import', `The account has no key "${id}": give its name or its fingerprint.`);
    return { ...emptyBlock(block), id: found.name };
  }
}

/** @param spelt the key as it is written in the configuration; kept while it is the same key */
function stateOf(found: { name: string; fingerprint: string; key: string }, spelt: string | undefined): ObjectValue {
  const isSame = spelt !== undefined && read(spelt)?.openssh === read(found.key)?.openssh;
  return { id: found.name, name: found.name, key: isSame ? spelt : found.key, fingerprint: found.fingerprint };
}

async function find(name: string, cloud: Cloud): Promise<{ name: string; fingerprint: string; key: string } | undefined> {
  try {
    return (await cloud.call(cloudapi.getKey, { name }, {})).body;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function read(line: string): SshPublicKey | undefined {
  try {
    return parseSshPublicKey(line);
  } catch {
    return undefined;
  }
}

function complaintAboutKey(value: unknown): string | undefined {
  try {
    parseSshPublicKey(String(value));
    return undefined;
  } catch (error) {
    return error instanceof SshKeyError ? error.message : String(error);
  }
}
