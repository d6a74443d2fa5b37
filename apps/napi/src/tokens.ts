/** The name under which {@link NicSettings} are injected; an interface leaves no type at run time. */
export const SETTINGS = Symbol('NicSettings');

export interface NicSettings {
  /** First three octets of every MAC made here. */
  readonly macPrefix: string;
  /** NIC tags whose networks are reachable from outside the datacenter. */
  readonly publicNicTags: readonly string[];
}
