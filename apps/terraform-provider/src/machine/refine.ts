import { isZone } from '@nereid/contracts';
import { Problem } from '../diagnostics/problem';
import type { Asked, Plan } from '../plan/planner';
import type { Reach } from '../provider/resource';
import { isEqual, text, texts, unknown, type ObjectValue, type Value } from '../values/value';

/** What can be spelt in more ways than one. */
type Spelt = 'package' | 'image' | 'networks';

const all = ['package', 'image', 'networks'] as const;

/**
 * Another spelling of the same package, image or networks is no change: the one before is kept.
 * @throws AggregateError of Problems: there is no such thing
 */
export async function respell(asked: Asked, reach: Reach | undefined): Promise<Asked> {
  const { prior, proposed } = asked;
  if (!reach || prior === null) return asked;
  const respelt = all.filter((name) => !isEqual(proposed[name]!, prior[name]!));
  const meant = await meaningsOf(proposed, respelt, reach);
  const before: Record<Spelt, Value> = {
    package: prior['package_id']!,
    image: prior['image_id']!,
    networks: respelt.includes('networks') ? await networkIds(prior['networks']!, reach, false) : null,
  };
  const same = respelt.filter((name) => isEqual(meant[name]!, before[name]));
  return { ...asked, proposed: { ...proposed, ...Object.fromEntries(same.map((name) => [name, prior[name]!])) } };
}

/**
 * Says at plan time what package and image stand for, or that there is no such thing, and whether another package can be had in place. Affinity and the first password matter at birth alone
 * and cannot be read back, so that an imported instance, of which they are not known, need not be made anew for them.
 * @throws AggregateError of Problems
 */
export async function refineMachine(plan: Plan, { prior }: Asked, reach: Reach | undefined): Promise<Plan> {
  if (prior === null) {
    if (!reach) return plan;
    const meant = await meaningsOf(plan.planned, all, reach);
    return { ...plan, planned: { ...plan.planned, package_id: meant.package!, image_id: meant.image! } };
  }
  const unknowable = ['affinity', 'administrator_pw'].filter((name) => prior[name] === null);
  const replace = plan.replace.filter((name) => !unknowable.includes(name));
  if (isEqual(plan.planned['package']!, prior['package']!)) return { ...plan, replace };
  // The API resizes zones alone.
  const mayStay = isZone(text(prior['brand']) ?? '');
  return {
    planned: { ...plan.planned, ...(await sizesOf(plan.planned['package']!, reach)) },
    replace: mayStay ? replace : [...replace, 'package'],
  };
}

/** What is known at plan time of an instance's sizes after a resize. */
async function sizesOf(spelt: Value, reach: Reach | undefined): Promise<ObjectValue> {
  const name = text(spelt);
  if (!reach || name === undefined) return {};
  const { id, memory, disk } = await reach.catalogue.package(name, ['package']);
  return { package_id: id, memory, disk };
}

async function meaningsOf(planned: ObjectValue, names: readonly Spelt[], reach: Reach): Promise<Partial<Record<Spelt, Value>>> {
  const ask: Record<Spelt, (value: Value) => Promise<Value>> = {
    package: async (value) => (text(value) === undefined ? unknown : (await reach.catalogue.package(text(value)!, ['package'])).id),
    image: async (value) => (text(value) === undefined ? unknown : (await reach.catalogue.image(text(value)!, ['image'])).id),
    networks: (value) => networkIds(value, reach, true),
  };
  const meant = await allOrProblems(names.map((name) => ask[name](planned[name]!)));
  return Object.fromEntries(names.map((name, index) => [name, meant[index]!]));
}

/** Ids of the networks; unknown when any of them is. What is not offered any more stands for itself unless it `mustExist`. */
async function networkIds(value: Value, { catalogue }: Reach, mustExist: boolean): Promise<Value> {
  const spelt = texts(value);
  if (!spelt) return unknown;
  return allOrProblems(
    spelt.map(async (each, index) => {
      const found = catalogue.network(each, ['networks', index]).then(({ id }) => id);
      return mustExist ? found : found.catch((error: unknown) => (error instanceof Problem ? each : Promise.reject(error as Error)));
    }),
  );
}

/** All answers, or everything that is wrong at once. @throws AggregateError of Problems */
async function allOrProblems<T>(asked: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(asked);
  const failed = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as Error] : []));
  const problems = failed.flatMap((error) => (error instanceof AggregateError ? (error.errors as Error[]) : [error]));
  const other = problems.find((error) => !(error instanceof Problem));
  if (other) throw other;
  if (problems.length > 0) throw new AggregateError(problems);
  return settled.map((each) => (each as PromiseFulfilledResult<T>).value);
}
