/** Names under which ports and settings are injected; interfaces leave no type at run time. */
export const RANDOM = Symbol('Random');
export const IDS = Symbol('Ids');
export const SETTINGS = Symbol('NicSettings');

export interface NicSettings {
  /** First three octets of every MAC made here. */
  readonly macPrefix: string;
  /** NIC tags whose networks are reachable from outside the datacenter. */
  readonly publicNicTags: readonly string[];
}
