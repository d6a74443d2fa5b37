/** The operators' API for browsers and Node alike: nothing here imports a module of Node, or zod. */
export * from './operator/operator-client';
export * from './operator/change-stream';
export * from './operator/transport';
export * from './operator/browser-transport';
export type { QueryValue } from './operator/query-text';
export { ServiceError, operatorRoutes, type RouteLine } from '@nereid/contracts/light';
