import { processOf, type adminapi } from '@nereid/contracts/light';

type Want = adminapi.InstrumentationWanted;

/** The way from the fleet down: each step is narrowed to one of the step before, and told apart by the next field. */
export const levels = ['hostname', 'zonename', 'execname', 'pid'] as const;
export type Level = (typeof levels)[number];

export interface Step {
  readonly field: Level;
  readonly key: string;
}

/** What to measure after those steps: only that, told apart by what comes next, where the metric has it. */
export function wantFor(
  metric: { module: string; stat: string; fields: readonly string[] },
  steps: readonly Step[],
  by: string | undefined,
): Want {
  const leaves = steps.flatMap(leavesOf);
  const predicate = leaves.length === 0 ? {} : leaves.length === 1 ? leaves[0]! : { and: leaves };
  const decomposition = [
    ...(by !== undefined && metric.fields.includes(by) ? [by] : []),
    ...(metric.fields.includes('latency') ? ['latency'] : []),
  ];
  return { module: metric.module, stat: metric.stat, predicate, decomposition } as Want;
}

/** A process is one of its instance: the number alone would be one in each. */
function leavesOf({ field, key }: Step): { eq: [Level, string] }[] {
  const process = field === 'pid' ? processOf(key) : undefined;
  return process ? [{ eq: ['zonename', process.vm] }, { eq: ['pid', process.pid] }] : [{ eq: [field, key] }];
}

/** What is told apart after those steps, unless somebody chose otherwise: server, then instance, then program, then process. */
export function nextLevel(fields: readonly string[], steps: readonly Step[]): Level | undefined {
  const taken = new Set(steps.map(({ field }) => field));
  return levels.find((level) => fields.includes(level) && !taken.has(level));
}

/** Steps as a part of the address: `hostname:<id>,zonename:<id>`. */
export function stepsText(steps: readonly Step[]): string | undefined {
  return steps.length === 0 ? undefined : steps.map(({ field, key }) => `${field}:${encodeURIComponent(key)}`).join(',');
}

export function stepsOf(text: string | undefined): Step[] {
  return (text ?? '').split(',').flatMap((part) => {
    const [field, key] = [part.slice(0, part.indexOf(':')), part.slice(part.indexOf(':') + 1)];
    return (levels as readonly string[]).includes(field) && key !== '' ? [{ field: field as Level, key: decodeURIComponent(key) }] : [];
  });
}
