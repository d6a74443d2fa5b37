import { SeededRandom } from '@nereid/ports/fake';
import { computed, optional, optionalComputed, required } from '../schema/declare';
import type { Attribute, Attributes, Block, Source } from '../schema/schema';
import { isEqual, unknown, type ObjectValue, type Value } from '../values/value';
import { planOf, type Asked } from './planner';

const block: Block = {
  description: '',
  attributes: {
    id: computed('string', ''),
    size: required('string', '', { forcesNew: true }),
    name: optionalComputed('string', ''),
    tags: optional(['map', 'string'], ''),
    on: optionalComputed('bool', '', { default: false }),
    updated: computed('string', '', { unknownOnChangeOf: ['*'] }),
    domains: computed('string', '', { unknownOnChangeOf: ['name'] }),
  },
  blocks: { timeouts: { description: '', attributes: { create: optional('string', '') } } },
};
const config: ObjectValue = {
  id: null,
  size: 'a',
  name: null,
  tags: null,
  on: null,
  updated: null,
  domains: null,
  timeouts: { create: '1m' },
};
const prior: ObjectValue = { ...config, id: '1', name: 'given', on: false, updated: 'then', domains: 'd' };

/** What Terraform proposes: the configuration, and prior values where it says nothing and the cloud may. */
function proposedOf(attributes: Attributes, wanted: ObjectValue, before: ObjectValue | null): ObjectValue {
  const isClouds = (name: string): boolean => attributes[name]?.source.includes('computed') ?? false;
  return Object.fromEntries(
    Object.entries(wanted).map(([name, value]) => [name, value === null && isClouds(name) ? (before?.[name] ?? null) : value]),
  );
}
const asked = (wanted: ObjectValue, before: ObjectValue | null): Asked => ({
  config: wanted,
  prior: before,
  proposed: proposedOf(block.attributes, wanted, before),
});

describe('a plan', () => {
  it('of a new object leaves to the cloud what the configuration does not say', () => {
    const { planned, replace } = planOf(block, asked(config, null));
    expect(planned).toEqual({ ...config, id: unknown, name: unknown, on: false, updated: unknown, domains: unknown });
    expect(replace).toEqual([]);
  });

  it('of no change changes nothing', () => {
    expect(planOf(block, asked(config, prior))).toEqual({ planned: prior, replace: [] });
  });

  it('of a change leaves open only what it may alter', () => {
    const { planned } = planOf(block, asked({ ...config, tags: { a: 'b' } }, prior));
    expect(planned).toEqual({ ...prior, tags: { a: 'b' }, updated: unknown });
    expect(planOf(block, asked({ ...config, name: 'other' }, prior)).planned).toMatchObject({ domains: unknown, id: '1' });
  });

  it('replaces for what cannot be changed, and for what is not known yet', () => {
    expect(planOf(block, asked({ ...config, size: 'b' }, prior)).replace).toEqual(['size']);
    expect(planOf(block, asked({ ...config, size: unknown }, prior)).replace).toEqual(['size']);
  });

  it('goes back to the default when the configuration says nothing any more', () => {
    expect(planOf(block, asked(config, { ...prior, on: true })).planned).toMatchObject({ on: false });
  });

  it('keeps to the rules that Terraform enforces, whatever the schema, state and configuration', () => {
    const random = new SeededRandom(7);
    const pick = <T>(of: readonly T[]): T => of[Math.floor(random.fraction() * of.length)]!;
    const sources: readonly Source[] = ['required', 'optional', 'computed', 'optional+computed'];
    for (let round = 0; round < 3000; round++) {
      const attributes = Object.fromEntries(
        ['a', 'b', 'c', 'd', 'e'].map((name): [string, Attribute] => {
          const source = pick(sources);
          const unknownOnChangeOf = source.includes('computed') ? [pick(['*', 'a', 'b'])] : undefined;
          const hasDefault = source === 'optional+computed' && random.fraction() < 0.3;
          return [
            name,
            { type: 'string', source, description: '', forcesNew: random.fraction() < 0.3, unknownOnChangeOf, ...(hasDefault && { default: 'default' }) }, // prettier-ignore
          ];
        }),
      );
      const of = { description: '', attributes };
      const before = pick([null, mapOf(attributes, () => pick(['x', 'y', null]))]);
      const wanted = mapOf(attributes, ({ source }) =>
        source === 'computed' ? null : source === 'required' ? pick<Value>(['x', 'y', unknown]) : pick<Value>(['x', 'y', null, unknown]),
      );
      const ask = { config: wanted, prior: before, proposed: proposedOf(attributes, wanted, before) };
      expect(breaches(attributes, ask, planOf(of, ask).planned)).toEqual([]);
      const again = { ...ask, proposed: proposedOf(attributes, wanted, before) };
      expect(planOf(of, again)).toEqual(planOf(of, ask));
    }
  });
});

function mapOf(attributes: Attributes, to: (attribute: Attribute) => Value): ObjectValue {
  return Object.fromEntries(Object.entries(attributes).map(([name, attribute]) => [name, to(attribute)]));
}

/** The rules again, as Terraform checks them, and not as the planner is written. */
function breaches(attributes: Attributes, { config: wanted, prior: before }: Asked, planned: ObjectValue): string[] {
  return Object.entries(attributes).flatMap(([name, { source }]) => {
    const [configured, had, value]: [Value, Value, Value | undefined] = [wanted[name]!, before?.[name] ?? null, planned[name]];
    if (value === undefined) return [`${name} is missing`];
    if (configured !== null && !isEqual(value, configured) && !(before && isEqual(value, had))) return [`${name} is not as configured`];
    if (configured === null && value !== null && !source.includes('computed')) return [`${name} has a value that nobody may give it`];
    if (before === null && configured === null && source.includes('computed') && value === null) return [`${name} is promised to be null`];
    return [];
  });
}
