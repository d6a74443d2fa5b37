import { fieldsOf, type InstrumentationId, type InstrumentationSpec, type VmId } from '@nereid/contracts';
import { metricCodes, type MetricCode } from './metric-code';
import { CannotCompile, predicateCode } from './predicate-code';
import type { Zones } from './zones';

/** One instrumentation in a program: the map that it counts in, and how the map's keys are read. */
export interface Counted {
  readonly id: InstrumentationId;
  readonly map: string;
  readonly hasZone: boolean;
  readonly hasBuckets: boolean;
  /** How the last part of a key is shown; undefined: there is none. */
  readonly shown: ((printed: string) => string) | undefined;
  /** Instances whose events may be told; undefined: all of this server. */
  readonly confinedTo: ReadonlySet<VmId> | undefined;
}

export interface Program {
  readonly text: string;
  readonly counted: readonly Counted[];
  readonly refused: ReadonlyMap<InstrumentationId, string>;
}

/** Maps of a program are as large as this; what finds no room is not counted. */
export const mapKeys = 16_384;
/** Instances that a program can tell apart; each is a line of it. */
const mostZones = 400;

/**
 * The 16 buckets an octave of the one histogram layout, from `$v` into `$b`: the highest bit is found by halving.
 * Source: packages/contracts, analytics/histogram.ts.
 */
const bucketCode = [
  '$x = $v; $e = (uint64)0;',
  ...[32, 16, 8, 4, 2].map((bits) => `if ($x >> ${bits}) { $x = $x >> ${bits}; $e = $e + ${bits}; }`),
  'if ($x >> 1) { $e = $e + 1; }',
  '$b = $v; if ($v >= 16) { $b = 16 * ($e - 3) + (($v >> ($e - 4)) & 15); }',
].join(' ');

/**
 * One program for everything that is wanted: a tracing program takes 100 MB, whatever it does.
 * @param hasTracepoint whether this kernel has one of those that not every kernel has
 */
export function programOf(
  specs: readonly InstrumentationSpec[],
  zones: Zones,
  hasTracepoint: (name: string) => boolean = () => true,
): Program {
  const groups = new Map([...zones].map(([group, vm]) => [vm as string, group]));
  const refused = new Map<InstrumentationId, string>();
  const counted: Counted[] = [];
  const clauses: string[] = [];
  const shared = new Set<string>();
  for (const [n, spec] of specs.entries()) {
    try {
      const code = codeOf(spec);
      const missing = missingOf(code, hasTracepoint);
      if (missing !== undefined) throw new CannotCompile(missing);
      const map = `@i${n}`;
      const inScope = spec.instances === undefined || code.zone === undefined ? '' : scopeOf(code.zone, spec.instances, groups);
      const condition = predicateCode(spec.predicate, code.spelling, (vm) => groups.get(vm));
      const key = spec.by === undefined || spec.by === 'zonename' ? undefined : keyOf(code, spec.by);
      const parts = [...(code.zone === undefined ? [] : [code.zone]), ...(spec.distributionOf ? ['$b'] : []), ...(key ? [key.code] : [])];
      const count = `${map}${parts.length === 0 ? '' : `[${parts.join(', ')}]`} = count();`;
      const process = spec.by === 'pid' || fieldsOf(spec.predicate).includes('pid') ? code.process : undefined;
      clauses.push(code.clause(`${process?.code ?? ''} if (${inScope}${condition}) { ${spec.distributionOf ? bucketCode : ''} ${count} }`));
      for (const clause of [...code.shared, ...(process?.shared ?? [])]) shared.add(clause);
      counted.push({
        id: spec.id,
        map,
        hasZone: code.zone !== undefined,
        hasBuckets: spec.distributionOf !== undefined,
        shown: key?.shown,
        confinedTo: spec.instances && new Set(spec.instances),
      });
    } catch (error) {
      if (!(error instanceof CannotCompile)) throw error;
      refused.set(spec.id, error.message);
    }
  }
  const known = [...zones.keys()].slice(0, mostZones);
  const begin = `BEGIN { @z[1] = 0; ${known.map((group) => `@z[${group}] = 1;`).join(' ')} }`;
  const print = `interval:s:1 { ${counted.map(({ map }) => `print(${map});`).join(' ')} printf("tick\\n"); }`;
  // Clauses of one probe run in the order of the text: what is counted must come before what begins anew.
  return { text: [begin, ...clauses, ...shared, print].join('\n'), counted, refused };
}

/** Why this kernel cannot have the metric; undefined when it can. */
export function missingOf({ needs = [] }: MetricCode, hasTracepoint: (name: string) => boolean): string | undefined {
  const missing = needs.find((name) => !hasTracepoint(name));
  return missing === undefined ? undefined : `the kernel of this server has no tracepoint ${missing}`;
}

function codeOf(spec: InstrumentationSpec): MetricCode {
  const code = metricCodes[`${spec.module}.${spec.stat}`];
  if (!code) throw new CannotCompile(`this server cannot measure ${spec.module}.${spec.stat}`);
  if (code.zone === undefined && spec.instances !== undefined) {
    throw new CannotCompile(`${spec.module}.${spec.stat} is about the server as a whole`);
  }
  return code;
}

function keyOf(code: MetricCode, field: NonNullable<InstrumentationSpec['by']>) {
  const key = code.keys[field];
  if (!key) throw new CannotCompile(`this server cannot tell ${field} apart here`);
  return key;
}

/** The instances of a customer, in the kernel already: no other's event is even counted. */
function scopeOf(zone: string, instances: readonly VmId[], groups: ReadonlyMap<string, string>): string {
  const mine = instances.flatMap((vm) => groups.get(vm) ?? []);
  return `(${mine.length === 0 ? '1 == 0' : mine.map((group) => `${zone} == ${group}`).join(' || ')}) && `;
}
