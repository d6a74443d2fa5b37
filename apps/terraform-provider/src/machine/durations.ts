import { isObject, type ObjectValue } from '../values/value';

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const form = /^(\d+(\.\d+)?(ms|s|m|h))+$/;

/** `1h30m` in milliseconds; undefined when it is no duration. */
export function durationMs(text: unknown): number | undefined {
  if (typeof text !== 'string' || !form.test(text)) return undefined;
  return [...text.matchAll(/([\d.]+)(ms|s|m|h)/g)].reduce((sum, [, count, unit]) => sum + Number(count) * unitMs[unit!]!, 0);
}

/** How long to wait, by the `timeouts` block of an object; 10 minutes where it says nothing. */
export function timeoutMs(object: ObjectValue, of: 'create' | 'update' | 'delete'): number {
  const { timeouts } = object;
  return (isObject(timeouts) ? durationMs(timeouts[of]) : undefined) ?? 600_000;
}
