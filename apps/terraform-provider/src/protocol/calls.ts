import { bytes, integer, many, map, message, one, string, type Message } from '../protobuf/protobuf';
import { AttributePath, ClientCapabilities, Diagnostic, DynamicValue, Empty, RawState, Schema, ServerCapabilities } from './messages';

/** One call: what is asked and what is answered. */
export interface Rpc<Request, Reply> {
  readonly request: Message<Request, never>;
  readonly reply: Message<unknown, Reply>;
}
export type RequestOf<R> = R extends Rpc<infer Request, never> ? Request : never;
export type ReplyOf<R> = R extends Rpc<unknown, infer Reply> ? Reply : never;

function rpc<Request, Reply>(request: Message<Request, unknown>, reply: Message<unknown, Reply>): Rpc<Request, Reply> {
  return { request: request, reply };
}

const diagnostics = (number: number) => many(one(number, () => Diagnostic));
const value = (number: number) => one(number, () => DynamicValue);
const capabilities = (number: number) => one(number, () => ClientCapabilities);
const typeNames = (number: number) => many(one(number, () => message({ type_name: string(1) })));
const schemas = (number: number) => map(number, (inner) => one(inner, () => Schema));

/** The calls of `tfplugin6.Provider` that this provider answers. Those that are not here are answered with `Unimplemented`. */
export const providerCalls = {
  GetMetadata: rpc(
    Empty,
    message({
      server_capabilities: one(1, () => ServerCapabilities),
      diagnostics: diagnostics(2),
      data_sources: typeNames(3),
      resources: typeNames(4),
    }),
  ),
  GetProviderSchema: rpc(
    Empty,
    message({
      provider: one(1, () => Schema),
      resource_schemas: schemas(2),
      data_source_schemas: schemas(3),
      diagnostics: diagnostics(4),
      server_capabilities: one(6, () => ServerCapabilities),
    }),
  ),
  ValidateProviderConfig: rpc(message({ config: value(1) }), message({ diagnostics: diagnostics(2) })),
  ValidateResourceConfig: rpc(
    message({ type_name: string(1), config: value(2), client_capabilities: capabilities(3) }),
    message({ diagnostics: diagnostics(1) }),
  ),
  ValidateDataResourceConfig: rpc(message({ type_name: string(1), config: value(2) }), message({ diagnostics: diagnostics(1) })),
  ConfigureProvider: rpc(
    message({ terraform_version: string(1), config: value(2), client_capabilities: capabilities(3) }),
    message({ diagnostics: diagnostics(1) }),
  ),
  StopProvider: rpc(Empty, message({ Error: string(1) })),
  UpgradeResourceState: rpc(
    message({ type_name: string(1), version: integer(2), raw_state: one(3, () => RawState) }),
    message({ upgraded_state: value(1), diagnostics: diagnostics(2) }),
  ),
  ReadResource: rpc(
    message({ type_name: string(1), current_state: value(2), private: bytes(3) }),
    message({ new_state: value(1), diagnostics: diagnostics(2), private: bytes(3) }),
  ),
  PlanResourceChange: rpc(
    message({ type_name: string(1), prior_state: value(2), proposed_new_state: value(3), config: value(4), prior_private: bytes(5) }),
    message({
      planned_state: value(1),
      requires_replace: many(one(2, () => AttributePath)),
      planned_private: bytes(3),
      diagnostics: diagnostics(4),
    }),
  ),
  ApplyResourceChange: rpc(
    message({ type_name: string(1), prior_state: value(2), planned_state: value(3), config: value(4), planned_private: bytes(5) }),
    message({ new_state: value(1), private: bytes(2), diagnostics: diagnostics(3) }),
  ),
  ImportResourceState: rpc(
    message({ type_name: string(1), id: string(2) }),
    message({
      imported_resources: many(one(1, () => message({ type_name: string(1), state: value(2), private: bytes(3) }))),
      diagnostics: diagnostics(2),
    }),
  ),
  ReadDataSource: rpc(message({ type_name: string(1), config: value(2) }), message({ state: value(1), diagnostics: diagnostics(2) })),
} as const;

/** Answers the calls. */
export type ProviderHandlers = {
  readonly [Name in keyof typeof providerCalls]: (
    request: RequestOf<(typeof providerCalls)[Name]>,
  ) => Promise<ReplyOf<(typeof providerCalls)[Name]>>;
};
