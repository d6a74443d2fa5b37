import { toProblems } from '../diagnostics/api-problem';
import { Problem, toWirePath } from '../diagnostics/problem';
import { planOf, type Asked } from '../plan/planner';
import type { ProviderHandlers } from '../protocol/calls';
import { checkConfig } from '../schema/check';
import { emptyBlock, typeOfBlock, type Block } from '../schema/schema';
import { toWireSchema } from '../schema/wire-schema';
import { decode, encode } from '../values/codec';
import { fromJsonState } from '../values/json-state';
import { isObject, text, unknown, type ObjectValue, type Value } from '../values/value';
import { applyChange } from './apply';
import type { NereidProvider } from './nereid-provider';
import { pathOfField } from './field-paths';
import { providerBlock } from './settings';

const capabilities = { get_provider_schema_optional: true };

/** The calls of the protocol, answered by this provider. */
export function handlersOf(provider: NereidProvider): ProviderHandlers {
  const resource = (name: string) => found(provider.resources.get(name), name);
  const dataSource = (name: string) => found(provider.dataSources.get(name), name);
  return {
    GetMetadata: async () => ({
      server_capabilities: capabilities,
      resources: [...provider.resources.keys()].map((type_name) => ({ type_name })),
      data_sources: [...provider.dataSources.keys()].map((type_name) => ({ type_name })),
    }),

    GetProviderSchema: async () => ({
      provider: toWireSchema(providerBlock),
      resource_schemas: schemas(provider.resources),
      data_source_schemas: schemas(provider.dataSources),
      server_capabilities: capabilities,
    }),

    ValidateProviderConfig: async ({ config }) => validated(checkConfig(providerBlock, block(config, providerBlock))),

    ValidateResourceConfig: async ({ type_name, config }) => {
      const of = resource(type_name);
      const given = block(config, of.block);
      return validated([...checkConfig(of.block, given), ...(of.validate?.(given) ?? [])]);
    },

    ValidateDataResourceConfig: async ({ type_name, config }) => {
      const of = dataSource(type_name);
      return validated(checkConfig(of.block, block(config, of.block)));
    },

    ConfigureProvider: async ({ config }) =>
      attempt('configuring the provider', async () => {
        provider.configure(block(config, providerBlock));
        return {};
      }),

    StopProvider: async () => {
      provider.stop();
      return {};
    },

    UpgradeResourceState: async ({ type_name, raw_state }) => {
      const of = resource(type_name);
      const stored: unknown = JSON.parse(Buffer.from(raw_state?.json ?? '{}').toString('utf8'));
      return { upgraded_state: encode(fromJsonState(stored, typeOfBlock(of.block)), typeOfBlock(of.block)) };
    },

    ReadResource: async ({ type_name, current_state, private: kept }) => {
      const of = resource(type_name);
      const state = block(current_state, of.block);
      return attempt(`reading ${type_name} ${text(state['id'])}`, async () => ({
        new_state: encode(await of.read(state, provider.mustReach()), typeOfBlock(of.block)),
        private: kept,
      }));
    },

    PlanResourceChange: async ({ type_name, prior_state, proposed_new_state, config, prior_private }) => {
      const of = resource(type_name);
      const type = typeOfBlock(of.block);
      const proposed = decode(proposed_new_state, type);
      if (!isObject(proposed)) return { planned_state: encode(null, type), planned_private: prior_private };
      const prior = decode(prior_state, type);
      const given: Asked = { config: block(config, of.block), prior: isObject(prior) ? prior : null, proposed };
      return attempt(`planning ${type_name}`, async () => {
        const asked = (await of.prepare?.(given, provider.reach)) ?? given;
        const plan = planOf(of.block, asked);
        const { planned, replace } = (await of.refine?.(plan, asked, provider.reach)) ?? plan;
        return {
          planned_state: encode(planned, type),
          requires_replace: replace.map((name) => toWirePath([name])),
          planned_private: prior_private,
        };
      });
    },

    ApplyResourceChange: async ({ type_name, prior_state, planned_state, planned_private }) => {
      const of = resource(type_name);
      const type = typeOfBlock(of.block);
      const outcome = await applyChange(of, decode(prior_state, type), decode(planned_state, type), provider);
      return { new_state: encode(outcome.state, type), private: planned_private, ...validated(outcome.problems) };
    },

    ImportResourceState: async ({ type_name, id }) => {
      const of = resource(type_name);
      return attempt(`importing ${type_name} ${id}`, async () => ({
        imported_resources: [{ type_name, state: encode(await of.import(id, provider.mustReach()), typeOfBlock(of.block)) }],
      }));
    },

    ReadDataSource: async ({ type_name, config }) => {
      const of = dataSource(type_name);
      return attempt(`reading ${type_name}`, async () => ({
        state: encode(await of.read(block(config, of.block), provider.mustReach()), typeOfBlock(of.block)),
      }));
    },
  };
}

type Sent = Parameters<typeof decode>[0];

/** A block's value. One that is unknown as a whole is one of unknown attributes; none at all is one of nulls. */
function block(sent: Sent, of: Pick<Block, 'attributes' | 'blocks'>): ObjectValue {
  const value: Value = decode(sent, typeOfBlock(of));
  if (isObject(value)) return value;
  const empty = emptyBlock(of);
  return value === unknown ? Object.fromEntries(Object.keys(empty).map((name) => [name, unknown])) : empty;
}

async function attempt<Reply extends object>(doing: string, act: () => Promise<Reply>): Promise<Reply | ReturnType<typeof validated>> {
  try {
    return await act();
  } catch (error) {
    return validated(toProblems(error, doing, pathOfField));
  }
}

function validated(problems: readonly Problem[]): { diagnostics: ReturnType<Problem['toWire']>[] } {
  return { diagnostics: problems.map((problem) => problem.toWire()) };
}

function schemas(of: ReadonlyMap<string, { readonly block: Block }>): Record<string, ReturnType<typeof toWireSchema>> {
  return Object.fromEntries([...of].map(([name, { block: each }]) => [name, toWireSchema(each)]));
}

function found<T>(of: T | undefined, name: string): T {
  if (of === undefined) throw new Error(`this provider has no ${name}`);
  return of;
}
