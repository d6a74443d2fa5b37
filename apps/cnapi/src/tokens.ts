/** Names under which settings and ports of this app are injected; interfaces leave no type at run time. */
export const RATIOS = Symbol('Ratios');
export const NODE_CREDENTIALS = Symbol('NodeCredentials');
export const BUS_SERVERS_FOR_NODES = Symbol('BusServersForNodes');
