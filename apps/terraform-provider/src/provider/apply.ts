import { toProblems } from '../diagnostics/api-problem';
import type { Problem } from '../diagnostics/problem';
import { isObject, type ObjectValue, type Value } from '../values/value';
import { pathOfField } from './field-paths';
import type { NereidProvider } from './nereid-provider';
import { PartlyDone, type Resource } from './resource';

/** What is true after a change, and what went wrong. */
export interface Outcome {
  readonly state: ObjectValue | null;
  readonly problems: readonly Problem[];
}

/** Makes, changes or removes one object. Whatever goes wrong, the state is what is there: nothing that exists is forgotten. */
export async function applyChange(resource: Resource, prior: Value, planned: Value, provider: NereidProvider): Promise<Outcome> {
  const before = isObject(prior) ? prior : null;
  try {
    const reach = provider.mustReach();
    if (isObject(planned)) {
      const state = before ? await resource.update(before, planned, reach) : await resource.create(planned, reach);
      return { state, problems: [] };
    }
    if (before) await resource.delete(before, reach);
    return { state: null, problems: [] };
  } catch (error) {
    const doing = `${isObject(planned) ? (before ? 'changing' : 'creating') : 'destroying'} ${resource.name}`;
    const state = error instanceof PartlyDone ? error.state : before;
    return { state, problems: toProblems(error instanceof PartlyDone ? error.cause : error, doing, pathOfField) };
  }
}
