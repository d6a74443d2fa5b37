/** Terraform's types, in the form in which the protocol writes them. Source: Terraform, docs/plugin-protocol/object-wire-format.md. */
export type Type =
  | 'string'
  | 'number'
  | 'bool'
  | readonly ['list', Type]
  | readonly ['set', Type]
  | readonly ['map', Type]
  | readonly ['object', Readonly<Record<string, Type>>];
