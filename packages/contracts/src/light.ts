/**
 * What of the contracts is needed at run time where size counts (the portal): errors, the routes' methods and paths, names of headers,
 * which action is possible in which state. Nothing here imports zod; shapes are there as types alone.
 */
export * from './service-error';
export { vmActions, vmCan, type VmAction } from './vmapi/vm-actions';
export { isZone } from './zone-brands';
export * from './vmapi/vm-sub-resources';
export * from './cloudapi/changefeed-closes';
export * from './adminapi/headers';
export * from './adminapi/change-stream';
export * from './adminapi/console-stream';
export { pathOf, type RouteLine } from './adminapi/route-line';
export { operatorRoutes } from './adminapi/route-table';
export * from './analytics/histogram';
export * from './analytics/processes';
export type * as adminapi from './adminapi';
/** Sessions at consoles: frames, credit, and how long things last. */
export * from './console/flow';
export * from './console/frames';
export * from './console/limits';
export type { ConsoleEnd } from './console/session';
