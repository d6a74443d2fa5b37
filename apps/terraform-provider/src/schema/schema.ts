import type { Type } from '../values/type';
import type { ObjectValue, Value } from '../values/value';

/** Who gives an attribute its value: the configuration, the cloud, or the cloud where the configuration does not. */
export type Source = 'required' | 'optional' | 'computed' | 'optional+computed';

export interface Attribute {
  readonly type: Type;
  readonly source: Source;
  /** For the reader of the reference; Markdown. */
  readonly description: string;
  /** Of a list of objects: their attributes, from which `type` is made. */
  readonly nested?: Attributes;
  readonly isSensitive?: boolean;
  /** The value when the configuration gives none. */
  readonly default?: Value;
  /** A change needs a new object. */
  readonly forcesNew?: boolean;
  /** The cloud may give it another value when one of these changes; `*`: when anything does. */
  readonly unknownOnChangeOf?: readonly string[];
  /** What is wrong with a known value; undefined when nothing is. */
  readonly check?: (value: Value) => string | undefined;
}

export type Attributes = Readonly<Record<string, Attribute>>;

/** A block inside a block, at most once. */
export interface NestedBlock {
  readonly description: string;
  readonly attributes: Attributes;
}

export interface Block {
  readonly description: string;
  readonly attributes: Attributes;
  readonly blocks?: Readonly<Record<string, NestedBlock>>;
}

/** A block's type as Terraform sees it: an object of its attributes and blocks. */
export function typeOfBlock(block: Pick<Block, 'attributes' | 'blocks'>): readonly ['object', Readonly<Record<string, Type>>] {
  const attributes = Object.entries(block.attributes).map(([name, attribute]) => [name, attribute.type] as const);
  const blocks = Object.entries(block.blocks ?? {}).map(([name, inner]) => [name, typeOfBlock(inner)] as const);
  return ['object', Object.fromEntries([...attributes, ...blocks])];
}

/** A block of nothing but nulls, for what is not known or not there. */
export function emptyBlock(block: Pick<Block, 'attributes' | 'blocks'>): ObjectValue {
  return Object.fromEntries(Object.keys(typeOfBlock(block)[1]).map((name) => [name, null]));
}
