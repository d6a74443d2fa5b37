import { AsyncLocalStorage } from 'node:async_hooks';

/** What is being worked on; appears in each log line written meanwhile. */
export interface Context {
  readonly requestId?: string;
  readonly job?: string;
  readonly step?: string;
  readonly server?: string;
  readonly vm?: string;
}

const storage = new AsyncLocalStorage<Context>();

/** Runs `work` with `more` added to the current context, for everything it awaits too. */
export function withContext<T>(more: Context, work: () => T): T {
  return storage.run({ ...storage.getStore(), ...more }, work);
}

export function currentContext(): Context {
  return storage.getStore() ?? {};
}
