import { Problem } from '../diagnostics/problem';
import { isKnown, isObject, type ObjectValue } from '../values/value';
import type { Block } from './schema';

/** What is wrong with single values of a configuration. Null and unknown values are passed over: Terraform itself asks for what is required. */
export function checkConfig(block: Pick<Block, 'attributes' | 'blocks'>, config: ObjectValue, at: readonly string[] = []): Problem[] {
  const own = Object.entries(block.attributes).flatMap(([name, { check }]) => {
    const value = config[name] ?? null;
    const complaint = value === null || !isKnown(value) ? undefined : check?.(value);
    return complaint === undefined ? [] : [new Problem(`Invalid ${[...at, name].join('.')}`, complaint, [...at, name])];
  });
  const inner = Object.entries(block.blocks ?? {}).flatMap(([name, nested]) => {
    const value = config[name];
    return isObject(value) ? checkConfig(nested, value, [...at, name]) : [];
  });
  return [...own, ...inner];
}
