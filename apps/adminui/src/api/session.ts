import { queryOptions } from '@tanstack/react-query';
import type { adminapi } from '@nereid/contracts/light';
import { client } from './call';
import { queryClient } from './query-client';

/** Who is signed in; null for nobody. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async (): Promise<adminapi.SessionObject | null> => (await client.resume()) ?? null,
});

/** @throws ServiceError `InvalidCredentials`; with an entry for `totp` in `errors` when a code is wanted too */
export async function signIn(credentials: { login: string; password: string; totp?: string }): Promise<void> {
  keepSession(await client.signIn(credentials));
}

export async function signOut(): Promise<void> {
  await client.signOut().catch(() => undefined); // signed out already is signed out
  forgetSession();
}

export function keepSession(session: adminapi.SessionObject): void {
  queryClient.setQueryData(sessionQuery.queryKey, session);
}

/** Nothing of the last session's data is left in memory for the next one. */
export function forgetSession(): void {
  queryClient.clear();
  queryClient.setQueryData(sessionQuery.queryKey, null);
}
