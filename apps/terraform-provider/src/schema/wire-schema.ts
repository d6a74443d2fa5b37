import { Nesting, StringKind, type WireAttribute, type WireSchema } from '../protocol/messages';
import type { Attribute, Attributes, Block } from './schema';

/** A schema as the protocol sends it. */
export function toWireSchema(block: Block, version = 0): WireSchema {
  return {
    version,
    block: {
      attributes: toWireAttributes(block.attributes),
      block_types: Object.entries(block.blocks ?? {}).map(([type_name, inner]) => ({
        type_name,
        nesting: Nesting.single,
        block: { attributes: toWireAttributes(inner.attributes), description: inner.description, description_kind: StringKind.markdown },
      })),
      description: block.description,
      description_kind: StringKind.markdown,
    },
  };
}

function toWireAttributes(attributes: Attributes): WireAttribute[] {
  return Object.entries(attributes).map(([name, attribute]) => ({
    name,
    ...(attribute.nested
      ? { nested_type: { attributes: toWireAttributes(attribute.nested), nesting: Nesting.list } }
      : { type: Buffer.from(JSON.stringify(attribute.type), 'utf8') }),
    description: attribute.description,
    description_kind: StringKind.markdown,
    ...flags(attribute),
  }));
}

function flags({ source, isSensitive }: Attribute): Pick<WireAttribute, 'required' | 'optional' | 'computed' | 'sensitive'> {
  return {
    required: source === 'required',
    optional: source === 'optional' || source === 'optional+computed',
    computed: source === 'computed' || source === 'optional+computed',
    sensitive: isSensitive ?? false,
  };
}
