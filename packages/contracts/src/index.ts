export * from './ids';
export * from './units';
export * from './brands';
export * from './errors';
export * from './caller';
export * from './rpc';
export * from './node-stream';
export * from './console';
export * from './feed';
export * from './agent';
export * from './identity';
export * from './napi';
export * from './cnapi';
export * from './imgapi';
export * from './vmapi';
export * from './analytics';
export * from './adminapi/enrol';
/** The operators' API, route by route: `adminapi.listVms`. */
export * as adminapi from './adminapi';
/** The customers' API, route by route: `cloudapi.listMachines`. */
export * as cloudapi from './cloudapi';
