import type { Attribute, Block } from '../schema/schema';
import { isEqual, unknown, type ObjectValue, type Value } from '../values/value';

/** What Terraform asks a plan for. */
export interface Asked {
  readonly config: ObjectValue;
  /** Null: the object is to be made. */
  readonly prior: ObjectValue | null;
  /** The configuration, with the prior values where it has none and the cloud may give one. */
  readonly proposed: ObjectValue;
}

/** What is promised: known values hold, unknown ones are the cloud's to give. */
export interface Plan {
  readonly planned: Readonly<ObjectValue>;
  /** Attributes whose change needs a new object. */
  readonly replace: readonly string[];
}

/**
 * The plan that follows from what the schema says of each attribute. Source: Terraform,
 * docs/resource-instance-change-lifecycle.md, PlanResourceChange.
 */
export function planOf(block: Block, { config, prior, proposed }: Asked): Plan {
  const withDefaults: Record<string, Value> = { ...proposed };
  for (const [name, attribute] of Object.entries(block.attributes)) {
    if (config[name] === null && attribute.default !== undefined) withDefaults[name] = attribute.default;
  }
  return prior === null ? planOfNew(block, config, withDefaults) : planOfChange(block, config, prior, withDefaults);
}

/** Of a new object everything is unknown that the configuration does not say and the cloud will. */
function planOfNew(block: Block, config: ObjectValue, proposed: ObjectValue): Plan {
  const planned = mapAttributes(block, proposed, (name, attribute, value) => (isCloudsToGive(attribute, config[name]!) ? unknown : value));
  return { planned, replace: [] };
}

function planOfChange(block: Block, config: ObjectValue, prior: ObjectValue, proposed: ObjectValue): Plan {
  const changed = new Set(Object.keys(proposed).filter((name) => !isEqual(proposed[name]!, prior[name] ?? null)));
  const planned = mapAttributes(block, proposed, (name, attribute, value) => {
    const mayChange = attribute.unknownOnChangeOf?.some((other) => (other === '*' ? changed.size > 0 : changed.has(other)));
    return mayChange && isCloudsToGive(attribute, config[name]!) ? unknown : value;
  });
  const replace = Object.entries(block.attributes)
    .filter(([name, { forcesNew }]) => forcesNew && changed.has(name))
    .map(([name]) => name);
  return { planned, replace };
}

function isCloudsToGive(attribute: Attribute, configured: Value): boolean {
  if (attribute.source === 'computed') return true;
  return attribute.source === 'optional+computed' && attribute.default === undefined && configured === null;
}

function mapAttributes(block: Block, values: ObjectValue, to: (name: string, attribute: Attribute, value: Value) => Value): ObjectValue {
  const attributes = Object.entries(block.attributes).map(([name, attribute]) => [name, to(name, attribute, values[name]!)] as const);
  const blocks = Object.keys(block.blocks ?? {}).map((name) => [name, values[name]!] as const);
  return Object.fromEntries([...attributes, ...blocks]);
}
