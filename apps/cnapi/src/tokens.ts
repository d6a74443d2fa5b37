/** Names under which ports and settings are injected; interfaces leave no type at run time. */
export const CLOCK = Symbol('Clock');
export const IDS = Symbol('Ids');
export const RANDOM = Symbol('Random');
export const RATIOS = Symbol('Ratios');
export const NODE_CREDENTIALS = Symbol('NodeCredentials');
export const BUS_SERVERS_FOR_NODES = Symbol('BusServersForNodes');
