import { bool, bytes, integer, many, map, message, one, string, type Message } from '../protobuf/protobuf';

// Messages of Terraform's plugin protocol 6 that more than one call uses. Names and numbers are the published ones.
// Source: Terraform plugin protocol 6.8, docs/plugin-protocol.

export const DynamicValue = message({ msgpack: bytes(1), json: bytes(2) });
export type DynamicValue = ReturnType<typeof DynamicValue.decode>;

export const Severity = { error: 1, warning: 2 } as const;

/** One of its three; whichever is given is written, zero and the empty text too. */
const Step = message({ attribute_name: string(1), element_key_string: string(2), element_key_int: integer(3) });
export const AttributePath = message({ steps: many(one(1, () => Step)) });
export type WireAttributePath = Parameters<typeof AttributePath.encode>[0];

export const Diagnostic = message({ severity: integer(1), summary: string(2), detail: string(3), attribute: one(4, () => AttributePath) });
export type WireDiagnostic = Parameters<typeof Diagnostic.encode>[0];

export const RawState = message({ json: bytes(1), flatmap: map(2, string) });

export const StringKind = { plain: 0, markdown: 1 } as const;
export const Nesting = { single: 1, list: 2, set: 3, map: 4, group: 5 } as const;

export interface WireAttribute {
  readonly name: string;
  /** The type expression as JSON; left out when `nested_type` says it. */
  readonly type?: Uint8Array;
  readonly nested_type?: { readonly attributes: readonly WireAttribute[]; readonly nesting: number };
  readonly description?: string;
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
  readonly sensitive?: boolean;
  readonly description_kind?: number;
  readonly deprecated?: boolean;
}

export interface WireBlock {
  readonly version?: number;
  readonly attributes?: readonly WireAttribute[];
  readonly block_types?: readonly WireNestedBlock[];
  readonly description?: string;
  readonly description_kind?: number;
}

export interface WireNestedBlock {
  readonly type_name: string;
  readonly block: WireBlock;
  readonly nesting: number;
  readonly min_items?: number;
  readonly max_items?: number;
}

// Declared with their types, for they contain each other. They are only ever sent.
const NestedObject: Message<unknown, NonNullable<WireAttribute['nested_type']>> = message({
  attributes: many(one(1, () => Attribute)),
  nesting: integer(3),
});

const Attribute: Message<unknown, WireAttribute> = message({
  name: string(1),
  type: bytes(2),
  description: string(3),
  required: bool(4),
  optional: bool(5),
  computed: bool(6),
  sensitive: bool(7),
  description_kind: integer(8),
  deprecated: bool(9),
  nested_type: one(10, () => NestedObject),
});

const NestedBlock: Message<unknown, WireNestedBlock> = message({
  type_name: string(1),
  block: one(2, () => Block),
  nesting: integer(3),
  min_items: integer(4),
  max_items: integer(5),
});

const Block: Message<unknown, WireBlock> = message({
  version: integer(1),
  attributes: many(one(2, () => Attribute)),
  block_types: many(one(3, () => NestedBlock)),
  description: string(4),
  description_kind: integer(5),
});

export const Schema = message({ version: integer(1), block: one(2, () => Block) });
export type WireSchema = Parameters<typeof Schema.encode>[0];

export const ServerCapabilities = message({
  plan_destroy: bool(1),
  get_provider_schema_optional: bool(2),
  move_resource_state: bool(3),
});
export const ClientCapabilities = message({ deferral_allowed: bool(1), write_only_attributes_allowed: bool(2) });
export const Empty = message({});
