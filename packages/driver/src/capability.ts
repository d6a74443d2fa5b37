/** Whether a back end can do something here; a no always says why, in words an operator can act on. */
export type Capability = { readonly available: true } | { readonly available: false; readonly reason: string };

/** What one group of a driver can do. Every key is present: a missing answer would be silence. */
export type Capabilities<Name extends string> = Readonly<Record<Name, Capability>>;

export const available: Capability = { available: true };

export function unavailable(reason: string): Capability {
  return { available: false, reason };
}
