import { fields, windowSeconds, type FieldName, type Instrumentation, type cloudapi } from '@nereid/contracts';
import { transformationsOf } from './description';

/** By which fields it is decomposed, and so what its values look like. */
export interface Shape {
  readonly discrete: FieldName | undefined;
  readonly numeric: FieldName | undefined;
}

export function shapeOf({ decomposition }: Pick<Instrumentation, 'decomposition'>): Shape {
  const ofArity = (arity: 'discrete' | 'numeric'): FieldName | undefined => decomposition.find((name) => fields[name].arity === arity);
  return { discrete: ofArity('discrete'), numeric: ofArity('numeric') };
}

/** Where an account's instrumentation is. */
export function instrumentationPath(login: string, id: string): string {
  return `/${login}/analytics/instrumentations/${id}`;
}

/** An instrumentation as CloudAPI shows it. */
export function toInstrumentation(it: Instrumentation, login: string): cloudapi.InstrumentationObject {
  const { numeric, discrete } = shapeOf(it);
  const values = ['value/raw', ...(numeric ? ['value/heatmap/image', 'value/heatmap/details'] : [])];
  return {
    'id': it.id,
    'module': it.module,
    'stat': it.stat,
    'predicate': it.predicate,
    'decomposition': it.decomposition,
    'value-dimension': it.decomposition.length + 1,
    'value-arity': numeric ? 'numeric-decomposition' : discrete ? 'discrete-decomposition' : 'scalar',
    'value-scope': 'interval',
    'enabled': true,
    'retention-time': windowSeconds,
    'idle-max': it.idleMaxSeconds ?? 0,
    'granularity': 1,
    'persist-data': false,
    'nsources': it.sources.wanted,
    'crtime': Date.parse(it.createdAt),
    'transformations': transformationsOf(it.decomposition),
    'uris': values.map((value) => ({ uri: `${instrumentationPath(login, it.id)}/${value}`, name: value.replaceAll('/', '_') })),
  };
}
