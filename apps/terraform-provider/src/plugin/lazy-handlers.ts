import { providerCalls, type ProviderHandlers } from '../protocol/calls';

type Load = () => Promise<{ readonly handlers: ProviderHandlers }>;

/** Handlers that are loaded when the first call comes, or when told to. */
export function lazyHandlers(load: Load): { readonly handlers: ProviderHandlers; readonly load: () => void } {
  let loaded: ReturnType<Load> | undefined;
  const once = (): ReturnType<Load> => (loaded ??= load());
  const names = Object.keys(providerCalls) as (keyof ProviderHandlers)[];
  const handlers = Object.fromEntries(
    names.map((name) => [
      name,
      async (request: never) => {
        const handle = (await once()).handlers[name] as (asked: never) => Promise<unknown>;
        return handle(request);
      },
    ]),
  );
  return { handlers: handlers as unknown as ProviderHandlers, load: () => void once() };
}
